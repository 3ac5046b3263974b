"""Schedules in a row by recursion: the first one, and the rest as one; loss and lr are noted at different events."""

import math
from operator import attrgetter


def annealer(f):
    return lambda start, end: lambda pos: f(start, end, pos)


def _along(start, end, share):
    """The share of the way, exact at both ends."""
    if share >= 1:
        return end
    return start + share * (end - start)


sched_no = annealer(lambda start, end, pos: start)
sched_lin = annealer(_along)
sched_cos = annealer(lambda start, end, pos: _along(start, end, 0.5 - 0.5 * math.cos(pos * math.pi)))
sched_exp = annealer(lambda start, end, pos: start * math.pow(2, pos * math.log2(end / start)))


def _check(pcts, scheds):
    problem = None
    if len(pcts) != len(scheds):
        problem = f"{len(scheds)} schedules cannot share {len(pcts)} shares"
    elif any(not p >= 0 for p in pcts):
        problem = "a share is below 0"
    elif round(sum(pcts), 5) != 1:
        problem = "the shares don't make a whole"
    if problem:
        raise ValueError(problem)


def _in_a_row(pcts, scheds):
    (share, *shares), (head, *rest) = pcts, scheds
    if not rest:
        return head
    left = sum(shares)
    if left == 0:
        # Only phases of no length are left: they count at 1 itself.
        return lambda pos: rest[-1](1.0) if pos >= 1 else head(pos)
    share = share / (share + left)
    tail = _in_a_row(shares, rest)

    def schedule(pos):
        if pos < share:
            return head(pos / share)
        return tail(1.0 if pos >= 1 else min((pos - share) / (1 - share), 1.0))

    return schedule


def combine_scheds(pcts, scheds):
    pcts, scheds = list(pcts), list(scheds)
    _check(pcts, scheds)
    return _in_a_row(pcts, scheds)


def cos_1cycle_anneal(start, high, end):
    levels = [start, high, end]
    return [sched_cos(a, b) for a, b in zip(levels, levels[1:])]


class Recorder:
    in_train = property(attrgetter("run.in_train"))
    lr = property(lambda self: self.run.opt.param_groups[-1]["lr"])

    def set_runner(self, run):
        self.run = run
        self.lrs, self.losses = [], []

    def begin_fit(self):
        self.lrs.clear()
        self.losses.clear()

    def after_loss(self):
        # The lr is in force from the batch's beginning to its end.
        if self.in_train:
            self.losses.append(self.run.loss.item())

    def after_batch(self):
        if self.in_train:
            self.lrs.append(self.lr)

    def plot_lr(self):
        from matplotlib import pyplot as plt

        plt.gca().plot(self.lrs)

    def plot_loss(self):
        from matplotlib import pyplot as plt

        plt.gca().plot(self.losses)


class ParamScheduler:
    _order = 1

    def __init__(self, pname, sched_funcs):
        self.pname = pname
        if hasattr(sched_funcs, "__iter__"):
            scheds = list(sched_funcs)
            self.sched_of = lambda i: scheds[i]
        else:
            self.sched_of = lambda i: sched_funcs

    def set_runner(self, run):
        self.run = run

    def begin_batch(self):
        run = self.run
        if run.in_train:
            done = run.n_epochs / run.epochs
            groups = run.opt.param_groups
            for i in range(len(groups)):
                groups[i][self.pname] = self.sched_of(i)(done)
