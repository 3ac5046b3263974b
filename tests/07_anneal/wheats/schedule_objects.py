"""A schedule is an object with a call; phases are objects that know where they begin and end; rows of a table."""

import math

_SLACK = 1e-6


class Schedule:
    def __init__(self, curve, start, end):
        self.curve, self.start, self.end = curve, start, end

    def __call__(self, pos):
        return self.curve(self.start, self.end, pos)

    def __repr__(self):
        return f"{self.curve.__name__}({self.start}, {self.end})"


class Annealer:
    def __init__(self, curve):
        self.curve = curve

    def __call__(self, start, end):
        return Schedule(self.curve, start, end)


def annealer(f):
    return Annealer(f)


@annealer
def sched_no(start, end, pos):
    return start


@annealer
def sched_lin(start, end, pos):
    return (1 - pos) * start + pos * end


@annealer
def sched_cos(start, end, pos):
    # The half angle: (1 - cos a) / 2 is sin² (a/2).
    turn = math.sin(math.pi / 2 * pos) ** 2
    return (1 - turn) * start + turn * end


@annealer
def sched_exp(start, end, pos):
    return start ** (1 - pos) * end**pos


class Phase:
    def __init__(self, begin, share, sched):
        self.begin, self.share, self.sched = begin, share, sched

    def __contains__(self, pos):
        return self.begin <= pos < self.begin + self.share

    def at(self, pos):
        return self.sched((pos - self.begin) / self.share)


class Combined:
    def __init__(self, pcts, scheds):
        self.phases, self.last = [], scheds[-1]
        begin = 0.0
        for share, sched in zip(pcts, scheds):
            self.phases.append(Phase(begin, share, sched))
            begin += share

    def __call__(self, pos):
        for phase in self.phases:
            if pos < 1 and pos in phase:
                return phase.at(pos)
        return self.last(1.0)


def combine_scheds(pcts, scheds):
    pcts, scheds = tuple(pcts), tuple(scheds)
    if len(pcts) != len(scheds):
        raise ValueError("there have to be as many shares as schedules")
    if min(pcts, default=0) < 0:
        raise ValueError("a share is negative")
    if abs(math.fsum(pcts) - 1) > _SLACK:
        raise ValueError("the shares have to add up to 1")
    return Combined(pcts, scheds)


def cos_1cycle_anneal(start, high, end):
    return [Annealer(sched_cos.curve)(*ends) for ends in ((start, high), (high, end))]


class Recorder:
    """Keeps rows; the lists are columns of them."""

    def __init__(self):
        self.rows = []

    lrs = property(lambda self: [lr for lr, _ in self.rows])
    losses = property(lambda self: [loss for _, loss in self.rows])

    def set_runner(self, run):
        self.run = run

    def begin_fit(self):
        self.rows = []

    def after_batch(self):
        if self.run.in_train:
            *_, group = self.run.opt.param_groups
            self.rows.append((group["lr"], float(self.run.loss)))

    def _draw(self, column):
        import matplotlib.pyplot as plt

        plt.plot([row[column] for row in self.rows])

    def plot_lr(self):
        self._draw(0)

    def plot_loss(self):
        self._draw(1)


class ParamScheduler:
    _order = 1

    def __init__(self, pname, sched_funcs):
        self.pname = pname
        self.sched_funcs = sched_funcs

    def set_runner(self, run):
        self.run = run

    def _sched(self, i):
        return self.sched_funcs[i] if isinstance(self.sched_funcs, (list, tuple)) else self.sched_funcs

    def begin_batch(self):
        if not self.run.in_train:
            return
        pos = self.run.n_epochs / self.run.epochs
        for i, group in enumerate(self.run.opt.param_groups):
            group[self.pname] = self._sched(i)(pos)
