"""Phases are searched from the last to the first; the loss is noted after backward; dots instead of a line."""

import functools
import math


def annealer(f):
    def ends(start, end):
        return functools.partial(lambda curve, pos: curve(start, end, pos), f)

    functools.update_wrapper(ends, f)
    return ends


@annealer
def sched_no(start, end, pos):
    return start + 0 * pos


@annealer
def sched_lin(start, end, pos):
    way = end - start
    return end - way * (1 - pos)


@annealer
def sched_cos(start, end, pos):
    return end + (start - end) * (1 + math.cos(math.pi * pos)) / 2


@annealer
def sched_exp(start, end, pos):
    return end * (start / end) ** (1 - pos)


def combine_scheds(pcts, scheds):
    if not len(pcts) == len(scheds) > 0:
        raise ValueError("one share for each schedule")
    total = 0.0
    table = []
    for share, sched in zip(pcts, scheds):
        if share < 0:
            raise ValueError("shares are not below 0")
        table.insert(0, (total, share, sched))
        total += share
    if abs(total - 1) > 1e-5:
        raise ValueError(f"shares add up to {total}, which is not 1")

    def schedule(pos):
        match pos:
            case 0 | 0.0:
                # The first phase that has any length.
                return next(sched for _, share, sched in reversed(table) if share > 0)(0.0)
            case 1 | 1.0:
                return table[0][2](1.0)
        for begin, share, sched in table:
            if pos > begin and share > 0:
                return sched(min(1.0, (pos - begin) / share))

    return schedule


def cos_1cycle_anneal(start, high, end):
    return [sched_cos(start, high)] + [sched_cos(high, end)]


class Recorder:
    def set_runner(self, run):
        self._run = run

    def begin_fit(self):
        self.lrs = []
        self.losses = []
        self._pending = None

    def after_backward(self):
        self._pending = self._run.loss.detach().cpu()

    def after_batch(self):
        run = self._run
        if run.in_train:
            loss, self._pending = self._pending, None
            self.losses.append(run.loss.detach().cpu() if loss is None else loss)
            self.lrs.append(run.opt.param_groups[len(run.opt.param_groups) - 1]["lr"])

    def plot_lr(self):
        import matplotlib.pyplot as plt

        plt.plot(self.lrs, marker="o", linestyle="none")

    def plot_loss(self):
        import matplotlib.pyplot as plt

        plt.scatter(range(len(self.losses)), [loss.item() for loss in self.losses])


class ParamScheduler:
    @property
    def _order(self):
        return 1

    def __init__(self, pname, sched_funcs):
        self.pname, self.sched_funcs = pname, sched_funcs

    def set_runner(self, run):
        self._run = run

    def begin_batch(self):
        run = self._run
        if not run.in_train:
            return
        scheds = self.sched_funcs
        pos = run.n_epochs / run.epochs
        i = 0
        while i < len(run.opt.param_groups):
            sched = scheds if callable(scheds) else scheds[i]
            run.opt.param_groups[i][self.pname] = sched(pos)
            i += 1
