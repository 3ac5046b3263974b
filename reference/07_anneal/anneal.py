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
        # BEGIN SOLUTION
        return partial(f, start, end)
        # END SOLUTION

    return with_ends


@annealer
def sched_no(start, end, pos):
    """Stays at start, whatever end is."""
    # BEGIN SOLUTION
    return start
    # END SOLUTION


@annealer
def sched_lin(start, end, pos):
    """A straight line from start to end: start + pos · (end - start)."""
    # BEGIN SOLUTION
    return start + pos * (end - start)
    # END SOLUTION


@annealer
def sched_cos(start, end, pos):
    """Half a period of a cosine, flat at both ends: start + (1 - cos(π · pos)) / 2 · (end - start)."""
    # BEGIN SOLUTION
    return start + (end - start) * (1 - math.cos(math.pi * pos)) / 2
    # END SOLUTION


@annealer
def sched_exp(start, end, pos):
    """Equal factors in equal times: start · (end / start)^pos. start and end are positive."""
    # BEGIN SOLUTION
    return start * (end / start) ** pos
    # END SOLUTION


def combine_scheds(pcts, scheds):
    """Return a schedule that runs through `scheds`, one after the other, each from its 0 to its 1.

    pcts: the share of training that each of scheds takes. Raise ValueError, at once, if one is negative, if their sum
          is wrong by 0.01 or more, or if there are not as many as scheds.
    """
    # BEGIN SOLUTION
    pcts, scheds = [float(p) for p in pcts], list(scheds)
    if len(pcts) != len(scheds):
        raise ValueError(f"{len(pcts)} shares for {len(scheds)} schedules: there has to be one for each")
    if any(p < 0 for p in pcts) or not math.isclose(sum(pcts), 1, abs_tol=1e-6):
        raise ValueError(f"the shares may not be negative, and have to add up to 1: {pcts}")
    begins = [0.0, *accumulate(pcts[:-1])]

    def combined(pos):
        if pos >= 1:  # the sum of the shares may be a little more, or less
            return scheds[-1](1.0)
        phase = bisect_right(begins, pos) - 1
        within = (pos - begins[phase]) / pcts[phase] if pcts[phase] else 1.0
        return scheds[phase](min(within, 1.0))

    return combined
    # END SOLUTION


def cos_1cycle_anneal(start, high, end):
    """Return a list of two schedules for combine_scheds: by cosine from start to high, and from high to end."""
    # BEGIN SOLUTION
    return [sched_cos(start, high), sched_cos(high, end)]
    # END SOLUTION


class Recorder:
    """Records, for each training batch, the last param group's lr and the loss. Both lists start empty at each fit.

    lrs:    numbers
    losses: floats, or tensors that hold no graph
    """

    _order = 0

    def set_runner(self, run):
        # BEGIN SOLUTION
        self.run = run
        # END SOLUTION

    def begin_fit(self):
        # BEGIN SOLUTION
        self.lrs, self.losses = [], []
        # END SOLUTION

    def after_batch(self):
        # BEGIN SOLUTION
        if self.run.in_train:
            self.lrs.append(float(self.run.opt.param_groups[-1]["lr"]))
            self.losses.append(self.run.loss.detach().cpu())
        # END SOLUTION

    def plot_lr(self):
        """Draw the learning rates on matplotlib's current axes, one point for each training batch."""
        # BEGIN SOLUTION
        from matplotlib import pyplot as plt

        plt.plot(self.lrs)
        # END SOLUTION

    def plot_loss(self):
        """Draw the losses on matplotlib's current axes, one point for each training batch."""
        # BEGIN SOLUTION
        from matplotlib import pyplot as plt

        plt.plot([float(loss) for loss in self.losses])
        # END SOLUTION


class ParamScheduler:
    """Sets hyper-parameter `pname` of every param group at each training batch, to schedule(n_epochs / epochs).

    sched_funcs: one schedule for all groups, or a list with one for each group
    """

    _order = 1  # behind callbacks of order 0

    def __init__(self, pname, sched_funcs):
        # BEGIN SOLUTION
        self.pname, self.sched_funcs = pname, sched_funcs
        # END SOLUTION

    def set_runner(self, run):
        # BEGIN SOLUTION
        self.run = run
        # END SOLUTION

    def begin_batch(self):
        # BEGIN SOLUTION
        if not self.run.in_train:
            return
        groups, scheds = self.run.opt.param_groups, self.sched_funcs
        if callable(scheds):
            scheds = [scheds] * len(groups)
        for group, sched in zip(groups, scheds, strict=True):
            group[self.pname] = sched(self.run.n_epochs / self.run.epochs)
        # END SOLUTION
