"""Curves by numpy; boundaries by searchsorted from the right; lists kept in one dict, drawn with the batch's number."""

import numpy as np


class annealer:
    def __init__(self, f):
        self.f = f

    def __call__(self, start, end):
        f = self.f

        class Bound:
            def __call__(self, pos):
                return f(start, end, pos)

        return Bound()


@annealer
def sched_no(start, end, pos):
    return start


@annealer
def sched_lin(start, end, pos):
    return float(np.interp(pos, [0, 1], [start, end]))


@annealer
def sched_cos(start, end, pos):
    middle, radius = (start + end) / 2, (start - end) / 2
    return float(middle + radius * np.cos(np.pi * np.float64(pos)))


@annealer
def sched_exp(start, end, pos):
    return 10.0 ** float(np.interp(pos, [0, 1], np.log10([start, end])))


def combine_scheds(pcts, scheds):
    pcts = np.array(pcts, dtype=np.float64)
    if pcts.shape != (len(scheds),):
        raise ValueError(f"{pcts.size} shares for {len(scheds)} schedules")
    if pcts.size == 0 or pcts.min() < 0 or not np.isclose(pcts.sum(), 1, atol=1e-6):
        raise ValueError(f"not shares of a whole: {pcts}")
    edges = np.concatenate([[0], np.cumsum(pcts)])
    edges[-1] = 1
    scheds = list(scheds)
    # Phases without length are passed over, but for the last schedule's end.
    real = [i for i in range(len(scheds)) if edges[i + 1] > edges[i]]

    def schedule(pos):
        pos = float(pos)
        if pos >= 1:
            return scheds[-1](1.0)
        i = max((i for i in real if edges[i] <= pos), default=real[0])
        return scheds[i]((pos - edges[i]) / (edges[i + 1] - edges[i]))

    return schedule


def cos_1cycle_anneal(start, high, end):
    first = sched_cos(start, high)
    second = sched_cos(high, end)
    return [first, second]


class Recorder:
    def __init__(self):
        self.notes = {"lrs": [], "losses": []}

    def __getattr__(self, name):
        notes = self.__dict__.get("notes", {})
        if name in notes:
            return notes[name]
        raise AttributeError(name)

    def set_runner(self, run):
        self.run = run

    def begin_fit(self):
        self.__init__()

    def after_batch(self):
        run = self.run
        if not run.in_train:
            return
        for name, value in (("lrs", run.opt.param_groups[-1]["lr"]), ("losses", run.loss.detach().cpu())):
            self.notes[name].append(float(value))

    def _plot(self, name):
        import matplotlib.pyplot as plt

        values = self.notes[name]
        plt.plot(np.arange(1, len(values) + 1), np.array(values))

    def plot_lr(self):
        self._plot("lrs")

    def plot_loss(self):
        self._plot("losses")


class ParamScheduler:
    _order = 1

    def __init__(self, pname, sched_funcs):
        self.pname, self.sched_funcs = pname, sched_funcs

    def set_runner(self, run):
        self.run = run

    def begin_batch(self):
        if self.run.in_train:
            self._set(self.run.opt.param_groups, self.run.n_epochs / self.run.epochs)

    def _set(self, groups, pos):
        scheds = np.broadcast_to(np.array(self.sched_funcs, dtype=object), (len(groups),))
        for group, sched in zip(groups, scheds):
            group[self.pname] = sched(pos)
