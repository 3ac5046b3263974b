"""Functions in functions; each phase eats its share of the position; notes are made after the loss."""

import cmath
import math
from itertools import repeat


def annealer(f):
    def ends(start, end):
        def schedule(pos):
            return f(start, end, pos)

        return schedule

    return ends


def _mix(start, end, weight):
    return start * (1 - weight) + end * weight


@annealer
def sched_no(start, _end, _pos):
    return start


@annealer
def sched_lin(start, end, pos):
    return _mix(start, end, pos)


@annealer
def sched_cos(start, end, pos):
    # Half way round the unit circle, seen from the side.
    return _mix(start, end, (1 - cmath.exp(1j * cmath.pi * float(pos)).real) / 2)


@annealer
def sched_exp(start, end, pos):
    return math.exp(_mix(math.log(start), math.log(end), pos))


def combine_scheds(pcts, scheds):
    shares = list(pcts)
    scheds = list(scheds)
    if len(shares) != len(scheds):
        raise ValueError(f"need {len(scheds)} shares, got {len(shares)}")
    for share in shares:
        if share < 0:
            raise ValueError(f"negative share {share}")
    if not 0.99999 < sum(shares) < 1.00001:
        raise ValueError(f"shares sum to {sum(shares)}")

    def schedule(pos):
        if pos >= 1:
            return scheds[-1](1)
        rest = pos
        for share, sched in zip(shares, scheds):
            if rest < share:
                return sched(rest / share)
            rest = rest - share
        # Rounding alone leads here: the shares fell short of the position by a hair.
        return scheds[-1](1)

    return schedule


def cos_1cycle_anneal(start, high, end):
    def between(a, b):
        return sched_cos(a, b)

    up = between(start, high)
    down = between(high, end)
    return [up, down]


class Recorder:
    def set_runner(self, run):
        self.run = run

    def begin_fit(self):
        self.lrs = []
        self.losses = []

    def after_loss(self):
        run = self.run
        if run.in_train:
            self.lrs += [run.opt.param_groups[-1]["lr"]]
            self.losses += [run.loss.detach().clone()]

    def plot_lr(self, ax=None):
        from matplotlib import pyplot

        (ax or pyplot.gca()).plot(range(len(self.lrs)), self.lrs)

    def plot_loss(self, ax=None):
        from matplotlib import pyplot

        (ax or pyplot.gca()).plot(range(len(self.losses)), [loss.item() for loss in self.losses])


class ParamScheduler:
    def __init__(self, pname, sched_funcs):
        self._order = 1
        self.pname, self.sched_funcs = pname, sched_funcs

    def set_runner(self, run):
        self.run = run

    def begin_batch(self):
        run = self.run
        if run.in_train:
            scheds = repeat(self.sched_funcs) if callable(self.sched_funcs) else self.sched_funcs
            for group, sched in zip(run.opt.param_groups, scheds):
                group.update({self.pname: sched(run.n_epochs / run.epochs)})
