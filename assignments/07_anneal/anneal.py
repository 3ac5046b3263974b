# Generated from the course: the stub of unit 07_anneal. Fill it in; once you have edited it, it stays.
"""Unit 07: schedules, and two callbacks: one that changes a hyper-parameter as training goes on, one that records.

A schedule is a function of the position in training, which runs from 0 to 1. The callbacks work with any runner that
calls set_runner(run) and fires events, as that of unit 06 does. The handout is README.md in this folder.
"""

import math
from bisect import bisect_right
from functools import partial, wraps
from itertools import accumulate


def annealer(f):
    """Decorator: turn f(start, end, pos) into a function of (start, end) that returns a schedule, a function of pos."""

    @wraps(f)
    def with_ends(start, end):
        raise NotImplementedError("annealer.with_ends")

    return with_ends


@annealer
def sched_no(start, end, pos):
    """Stays at start, whatever end is."""
    raise NotImplementedError("sched_no")


@annealer
def sched_lin(start, end, pos):
    """A straight line from start to end: start + pos · (end - start)."""
    raise NotImplementedError("sched_lin")


@annealer
def sched_cos(start, end, pos):
    """Half a period of a cosine, flat at both ends: start + (1 - cos(π · pos)) / 2 · (end - start)."""
    raise NotImplementedError("sched_cos")


@annealer
def sched_exp(start, end, pos):
    """Equal factors in equal times: start · (end / start)^pos. start and end are positive."""
    raise NotImplementedError("sched_exp")


def combine_scheds(pcts, scheds):
    """Return a schedule that runs through `scheds`, one after the other, each from its 0 to its 1.

    pcts: the share of training that each of scheds takes. Raise ValueError, at once, if one is negative, if their sum
          is wrong by 0.01 or more, or if there are not as many as scheds.
    """
    raise NotImplementedError("combine_scheds")


def cos_1cycle_anneal(start, high, end):
    """Return a list of two schedules for combine_scheds: by cosine from start to high, and from high to end."""
    raise NotImplementedError("cos_1cycle_anneal")


class Recorder:
    """Records, for each training batch, the last param group's lr and the loss. Both lists start empty at each fit.

    lrs:    numbers
    losses: floats, or tensors that hold no graph
    """

    _order = 0

    def set_runner(self, run):
        raise NotImplementedError("Recorder.set_runner")

    def begin_fit(self):
        raise NotImplementedError("Recorder.begin_fit")

    def after_batch(self):
        raise NotImplementedError("Recorder.after_batch")

    def plot_lr(self):
        """Draw the learning rates on matplotlib's current axes, one point for each training batch."""
        raise NotImplementedError("Recorder.plot_lr")

    def plot_loss(self):
        """Draw the losses on matplotlib's current axes, one point for each training batch."""
        raise NotImplementedError("Recorder.plot_loss")


class ParamScheduler:
    """Sets hyper-parameter `pname` of every param group at each training batch, to schedule(n_epochs / epochs).

    sched_funcs: one schedule for all groups, or a list with one for each group
    """

    _order = 1  # behind callbacks of order 0

    def __init__(self, pname, sched_funcs):
        raise NotImplementedError("ParamScheduler.__init__")

    def set_runner(self, run):
        raise NotImplementedError("ParamScheduler.set_runner")

    def begin_batch(self):
        raise NotImplementedError("ParamScheduler.begin_batch")
