# Generated from the course: the stub of unit 07_anneal. Fill it in; once you have edited it, it stays.
"""Unit 07: schedules, and two callbacks: one that changes a hyper-parameter as training goes on, one that records.

A schedule is a function of the position in training, from 0 at its start to 1 at its end. The callbacks work with any
runner that calls set_runner(run) and fires events, as unit 06 does. The handout is README.md in this folder.
"""

import math
from bisect import bisect_right
from functools import partial, wraps
from itertools import accumulate


def annealer(f):
    """Decorator: of f(start, end, pos), makes a function (start, end) -> schedule, a function of pos alone."""

    @wraps(f)
    def with_ends(start, end):
        raise NotImplementedError("annealer.with_ends")

    return with_ends


@annealer
def sched_no(start, end, pos):
    """Stays at start."""
    raise NotImplementedError("sched_no")


@annealer
def sched_lin(start, end, pos):
    """A straight line from start to end."""
    raise NotImplementedError("sched_lin")


@annealer
def sched_cos(start, end, pos):
    """Half a period of a cosine: flat at start, flat at end, steepest half way."""
    raise NotImplementedError("sched_cos")


@annealer
def sched_exp(start, end, pos):
    """Equal factors in equal times; start and end are positive."""
    raise NotImplementedError("sched_exp")


def combine_scheds(pcts, scheds):
    """One schedule after the other: scheds[i] runs from 0 to 1 while training runs through pcts[i] of itself.

    pcts: the share of each phase, none negative, with sum 1 up to rounding; as many as scheds. Else ValueError.
    Returns a schedule. At 1 it has the value at which the last of scheds ends.
    """
    raise NotImplementedError("combine_scheds")


def cos_1cycle_anneal(start, high, end):
    """Two schedules, for combine_scheds: by cosine from start up to high, and from there down to end."""
    raise NotImplementedError("cos_1cycle_anneal")


class Recorder:
    """Notes, for each training batch, the last param group's lr and the loss. Both lists start empty at each fit.

    lrs:    numbers
    losses: floats, or tensors that hold no graph
    """

    def set_runner(self, run):
        raise NotImplementedError("Recorder.set_runner")

    def begin_fit(self):
        raise NotImplementedError("Recorder.begin_fit")

    def after_batch(self):
        raise NotImplementedError("Recorder.after_batch")

    def plot_lr(self):
        """Draw the learning rates on matplotlib's current axes, one point a batch."""
        raise NotImplementedError("Recorder.plot_lr")

    def plot_loss(self):
        """Draw the losses on matplotlib's current axes, one point a batch."""
        raise NotImplementedError("Recorder.plot_loss")


class ParamScheduler:
    """Sets hyper-parameter `pname` of every param group at each training batch, to schedule(n_epochs / epochs).

    sched_funcs: one schedule for all groups, or a list of schedules, one per group.
    """

    _order = 1  # after what counts the epochs

    def __init__(self, pname, sched_funcs):
        raise NotImplementedError("ParamScheduler.__init__")

    def set_runner(self, run):
        raise NotImplementedError("ParamScheduler.set_runner")

    def begin_batch(self):
        raise NotImplementedError("ParamScheduler.begin_batch")
