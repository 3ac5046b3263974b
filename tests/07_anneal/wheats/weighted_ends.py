"""Schedules are weighted means of their ends; a row of phases, without the empty ones, is searched from the back."""

import functools
import itertools
import math


def annealer(f):
    """f(start, end, pos) -> (start, end) -> (pos)."""

    @functools.wraps(f)
    def with_ends(start, end):
        def schedule(pos):
            return f(start, end, pos)

        return schedule

    return with_ends


def _mix(start, end, share):
    return (1 - share) * start + share * end


@annealer
def sched_no(start, end, pos):
    return start


@annealer
def sched_lin(start, end, pos):
    return _mix(start, end, pos)


@annealer
def sched_cos(start, end, pos):
    return _mix(start, end, math.sin(math.pi * pos / 2) ** 2)


@annealer
def sched_exp(start, end, pos):
    return start ** (1 - pos) * end**pos


class _Row:
    """Phases in a row; called like a function."""

    def __init__(self, pcts, scheds):
        pcts, scheds = tuple(pcts), tuple(scheds)
        if len(pcts) != len(scheds):
            raise ValueError(f"{len(pcts)} shares for {len(scheds)} schedules")
        if any(q < 0 for q in pcts):
            raise ValueError("a share is negative")
        if not abs(math.fsum(pcts) - 1) < 1e-6:
            raise ValueError("the shares do not add up to 1")
        begins = itertools.accumulate(pcts, initial=0.0)
        self.last = scheds[-1]
        self.phases = [(b, q, s) for b, q, s in zip(begins, pcts, scheds) if q > 0]

    def __call__(self, pos):
        if pos == 1:
            return self.last(1)
        begin, share, sched = next(
            (phase for phase in reversed(self.phases) if phase[0] <= pos), self.phases[0]
        )
        within = (pos - begin) / share
        return sched(min(within, 1.0))


def combine_scheds(pcts, scheds):
    return _Row(pcts, scheds)


def cos_1cycle_anneal(start, high, end):
    return [sched_cos(a, b) for a, b in ((start, high), (high, end))]


class Recorder:
    _order = 0

    def __init__(self):
        self.lrs, self.losses = [], []

    def set_runner(self, run):
        self.run = run

    def begin_fit(self):
        self.lrs, self.losses = [], []

    def after_batch(self):
        if self.run.in_train:
            self.lrs.append(self.run.opt.param_groups[-1]["lr"])
            self.losses.append(self.run.loss.detach())

    @staticmethod
    def _draw(numbers):
        import matplotlib.pyplot as plt

        axes = plt.gca()
        axes.plot([float(number) for number in numbers])

    def plot_lr(self):
        self._draw(self.lrs)

    def plot_loss(self):
        self._draw(self.losses)


class ParamScheduler:
    _order = 1

    def __init__(self, pname, sched_funcs):
        self.pname = pname
        self.each = itertools.repeat(sched_funcs) if callable(sched_funcs) else tuple(sched_funcs)

    def set_runner(self, run):
        self.run = run

    def begin_batch(self):
        if not self.run.in_train:
            return
        pos = self.run.n_epochs / self.run.epochs
        for group, sched in zip(self.run.opt.param_groups, self.each):
            group[self.pname] = sched(pos)
