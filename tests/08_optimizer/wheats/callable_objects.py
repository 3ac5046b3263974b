"""Callbacks are objects with __call__: one class of running average, made twice, and a class for each kind of step."""

import copy
from abc import ABC, abstractmethod
from dataclasses import dataclass, field

import torch


@dataclass
class Group:
    params: list
    hypers: dict
    states: list = field(init=False)

    def __post_init__(self):
        self.states = [{} for _ in self.params]

    def __iter__(self):
        return zip(self.params, self.states)


class Optimizer:
    def __init__(self, params, cbs, **hypers):
        self._groups = [Group(group, dict(hypers)) for group in self._grouped(params)]
        self._cbs = list(cbs)

    @staticmethod
    def _grouped(params):
        grouped, loose = [], []
        for item in params:
            if isinstance(item, torch.Tensor):
                loose.append(item)
            else:
                grouped.append(list(item))
        return grouped or [loose]

    @property
    def hypers(self):
        return [group.hypers for group in self._groups]

    @property
    def state(self):
        return {p: state for group in self._groups for p, state in group}

    @torch.no_grad()
    def step(self):
        for group in self._groups:
            for p, state in group:
                if p.grad is None:
                    continue
                for cb in self._cbs:
                    state.update(cb(p, **(state | group.hypers)) or ())

    def zero_grad(self):
        for group in self._groups:
            for p in group.params:
                p.grad = None

    def state_dict(self):
        return {"saved": copy.deepcopy([(group.hypers, group.states) for group in self._groups])}

    def load_state_dict(self, saved):
        for group, (hypers, states) in zip(self._groups, copy.deepcopy(saved["saved"]), strict=True):
            group.hypers, group.states = hypers, states


class Callback(ABC):
    @abstractmethod
    def __call__(self, p, **known): ...


class RunningAverage(Callback):
    """Keeps a running average of f(grad) in the state, under a name."""

    def __init__(self, name, f):
        self.name, self.f = name, f

    def average(self, p, beta, share, before):
        new = share * self.f(p.grad)
        return {self.name: new if before is None else beta * before + new}


class AverageGrad(RunningAverage):
    def __call__(self, p, mom, dampening=False, grad_avg=None, **known):
        return self.average(p, mom, 1 - mom if dampening else 1, grad_avg)


class AverageSqrGrad(RunningAverage):
    def __call__(self, p, sqr_mom, sqr_avg=None, **known):
        return self.average(p, sqr_mom, 1 - sqr_mom, sqr_avg)


class Descend(Callback):
    """p ← p - lr · direction, and what the direction is, subclasses say."""

    def descend(self, p, lr, direction):
        p.subtract_(lr * direction)

    def __call__(self, p, lr, **known):
        self.descend(p, lr, p.grad)


class Along(Descend):
    def __call__(self, p, lr, grad_avg, **known):
        self.descend(p, lr, grad_avg)


class Normalised(Descend):
    def __call__(self, p, lr, sqr_avg, eps, **known):
        self.descend(p, lr, p.grad / (sqr_avg**0.5 + eps))


class Adaptive(Descend):
    def __call__(self, p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **known):
        m = grad_avg / (1 - mom**step)
        v = sqr_avg / (1 - sqr_mom**step)
        self.descend(p, lr, m / (v**0.5 + eps))


class Shrink(Callback):
    def __call__(self, p, lr, wd, **known):
        p.subtract_(lr * wd * p)


class Penalise(Callback):
    def __call__(self, p, wd, **known):
        p.grad += wd * p


class Count(Callback):
    def __call__(self, p, step=0, **known):
        return {"step": step + 1}


class Dampened(Callback):
    def __init__(self, cb):
        self.cb = cb

    def __call__(self, p, **known):
        return self.cb(p, **(known | {"dampening": True}))


sgd_cb = Descend()
weight_decay = Shrink()
l2_reg = Penalise()
average_grad = AverageGrad("grad_avg", lambda g: g)
momentum_step = Along()
average_sqr_grad = AverageSqrGrad("sqr_avg", lambda g: g * g)
rms_prop_step = Normalised()
step_stat = Count()
adam_step = Adaptive()


def SGD(params, lr):
    return Optimizer(params, (sgd_cb,), lr=lr)


def Momentum(params, lr, mom=0.9):
    return Optimizer(params, (average_grad, momentum_step), lr=lr, mom=mom)


def RMSProp(params, lr, sqr_mom=0.99, eps=1e-5):
    return Optimizer(params, (average_sqr_grad, rms_prop_step), lr=lr, sqr_mom=sqr_mom, eps=eps)


ADAM = (Dampened(average_grad), average_sqr_grad, step_stat, adam_step)


def Adam(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5):
    return Optimizer(params, ADAM, lr=lr, mom=mom, sqr_mom=sqr_mom, eps=eps)


def AdamW(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5, wd=0.01):
    return Optimizer(params, (weight_decay, *ADAM), lr=lr, mom=mom, sqr_mom=sqr_mom, eps=eps, wd=wd)
