"""Arithmetic in float32 tensors, as in the lesson; boundaries by cumsum and searchsorted; plain numbers come out."""

import functools
import math

import torch


def _t(x):
    return torch.as_tensor(x, dtype=torch.float32)


def annealer(f):
    @functools.wraps(f)
    def with_ends(start, end):
        return lambda pos: f(start, end, pos)

    return with_ends


def _between(start, end, pos):
    return torch.lerp(_t(start), _t(end), _t(pos)).item()


@annealer
def sched_no(start, end, pos):
    return start


@annealer
def sched_lin(start, end, pos):
    return _between(start, end, pos)


@annealer
def sched_cos(start, end, pos):
    return _between(start, end, (1 + torch.cos(math.pi * (1 - _t(pos)))) / 2)


@annealer
def sched_exp(start, end, pos):
    return (_t(start) * (_t(end) / _t(start)) ** _t(pos)).item()


def combine_scheds(pcts, scheds):
    shares = torch.tensor([float(p) for p in pcts], dtype=torch.float64)
    if shares.numel() != len(scheds):
        raise ValueError("as many shares as schedules")
    if (shares < 0).any() or not torch.isclose(shares.sum(), torch.ones((), dtype=torch.float64), atol=1e-6):
        raise ValueError("shares are from 0 to 1, and add up to 1")
    ends = shares.cumsum(0)
    begins = ends - shares
    scheds = tuple(scheds)

    def schedule(pos):
        # The first phase that ends after the position; behind all of them, the last.
        i = int(torch.searchsorted(ends, torch.tensor(float(pos), dtype=torch.float64), right=True))
        if i >= len(scheds) or float(pos) >= 1:
            return scheds[-1](1.0)
        return scheds[i](float((float(pos) - begins[i]) / shares[i]))

    return schedule


def cos_1cycle_anneal(start, high, end):
    return list(map(sched_cos, (start, high), (high, end)))


class _ReadsTheRunner:
    def set_runner(self, run):
        self.run = run

    def __getattr__(self, name):
        if name == "run":
            raise AttributeError("there is no runner yet")
        return getattr(self.run, name)


class Recorder(_ReadsTheRunner):
    _order = 0

    def begin_fit(self):
        self.lrs, self.losses = [], []

    def after_batch(self):
        if self.in_train:
            self.lrs.append(float(self.opt.param_groups[-1]["lr"]))
            self.losses.append(self.loss.detach().clone())

    def _axes(self):
        import matplotlib.pyplot as plt

        return plt.gca()

    def plot_lr(self):
        self._axes().plot(self.lrs, ".-", label="lr")

    def plot_loss(self):
        self._axes().semilogy([loss.item() for loss in self.losses], ".-", label="loss")


class ParamScheduler(_ReadsTheRunner):
    _order = 1

    def __init__(self, pname, sched_funcs):
        self.pname = pname
        self.one_for_all = callable(sched_funcs)
        self.scheds = [sched_funcs] if self.one_for_all else list(sched_funcs)

    def begin_batch(self):
        if not self.in_train:
            return
        pos = self.n_epochs / self.epochs
        values = [sched(pos) for sched in self.scheds]
        if self.one_for_all:
            values *= len(self.opt.param_groups)
        for i, value in enumerate(values):
            self.opt.param_groups[i][self.pname] = value
