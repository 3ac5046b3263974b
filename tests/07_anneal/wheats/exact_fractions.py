"""Boundaries in exact fractions, scaled to make a whole; the callbacks are plain functions put into their classes."""

import math
from fractions import Fraction
from functools import partial, partialmethod
from types import SimpleNamespace


def annealer(f):
    return partial(partial, f)


def sched_no(start, end, pos):
    return start


def sched_lin(start, end, pos):
    if pos == 1:
        return end
    return start + (end - start) * pos


def sched_cos(start, end, pos):
    # A quarter wave in each direction, seen from the middle.
    return (start + end) / 2 + (end - start) / 2 * math.sin(math.pi * (pos - 0.5))


def sched_exp(start, end, pos):
    return start * math.exp(pos * (math.log(end) - math.log(start)))


sched_no, sched_lin, sched_cos, sched_exp = map(annealer, (sched_no, sched_lin, sched_cos, sched_exp))


def combine_scheds(pcts, scheds):
    shares = [Fraction(float(p)) for p in pcts]
    scheds = dict(enumerate(scheds))
    whole = sum(shares)
    if len(shares) != len(scheds):
        raise ValueError(f"{len(shares)} != {len(scheds)}")
    if [p for p in shares if p < 0]:
        raise ValueError("no share may be below 0")
    if abs(whole - 1) > Fraction(1, 10**6):
        raise ValueError(f"the shares add up to {float(whole)}")
    bounds = [sum(shares[:i]) / whole for i in range(len(shares) + 1)]
    phases = [(b, e, i) for i, (b, e) in enumerate(zip(bounds, bounds[1:])) if e > b]

    def schedule(pos):
        exact = Fraction(float(pos))
        if exact >= 1:
            return scheds[len(scheds) - 1](1.0)
        begin, end, i = next(phase for phase in phases if exact < phase[1])
        return scheds[i](float((exact - begin) / (end - begin)))

    return schedule


def cos_1cycle_anneal(start, high, end):
    return [sched_cos(*ends) for ends in zip((start, high), (high, end))]


def _set_runner(self, run):
    self.run = run


def _forget(self):
    self.memo = SimpleNamespace(lrs=[], losses=[])


def _note(self):
    if not self.run.in_train:
        return
    self.memo.losses.append(self.run.loss.detach())
    self.memo.lrs.append([group["lr"] for group in self.run.opt.param_groups].pop())


def _plot(self, what):
    from matplotlib import pyplot as plt

    values = list(map(float, getattr(self.memo, what)))
    plt.gca().plot(values, linewidth=2)
    plt.title(what)


class Recorder:
    set_runner = _set_runner
    begin_fit = _forget
    after_batch = _note
    plot_lr = partialmethod(_plot, "lrs")
    plot_loss = partialmethod(_plot, "losses")
    lrs = property(lambda self: self.memo.lrs)
    losses = property(lambda self: self.memo.losses)


class ParamScheduler:
    _order = 1
    set_runner = _set_runner

    def __init__(self, pname, sched_funcs):
        self.pname = pname
        try:
            each = tuple(sched_funcs)
        except TypeError:
            self.values = lambda pos, n: [sched_funcs(pos)] * n
        else:
            self.values = lambda pos, n: [sched(pos) for sched in each]

    def begin_batch(self):
        run = self.run
        if run.in_train:
            groups = run.opt.param_groups
            for group, value in zip(groups, self.values(run.n_epochs / run.epochs, len(groups))):
                group[self.pname] = value
