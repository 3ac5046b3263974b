"""A slot for each parameter holds its state and steps it; numbers are worked out as floats, then applied."""

import math
from copy import deepcopy
from itertools import chain, repeat

import torch


class Slot:
    """One parameter, its state, and where its hyper-parameters are to be looked up."""

    __slots__ = ("owner", "group", "p", "state")

    def __init__(self, owner, group, p):
        self.owner, self.group, self.p, self.state = owner, group, p, {}

    def step(self):
        if self.p.grad is None:
            return
        for cb in self.owner.cbs:
            self.merge(cb(self.p, **self.keywords()))

    def keywords(self):
        keywords = dict(self.owner.hypers[self.group])
        for name, value in self.state.items():
            keywords.setdefault(name, value)
        return keywords

    def merge(self, answer):
        for name, value in dict(answer or {}).items():
            self.state[name] = value

    def forget_gradient(self):
        self.p.grad = None


class Optimizer:
    def __init__(self, params, cbs, **hypers):
        params = list(params)
        match params:
            case [torch.Tensor(), *_] | []:
                params = [params]
        self.slots = [Slot(self, i, p) for i, group in enumerate(params) for p in group]
        self.hypers = list(map(dict, repeat(hypers, len(params))))
        self.cbs = list(cbs)

    state = property(lambda self: {slot.p: slot.state for slot in self.slots})

    @torch.no_grad()
    def step(self):
        for slot in self.slots:
            slot.step()

    def zero_grad(self):
        for slot in self.slots:
            slot.forget_gradient()

    def state_dict(self):
        return {"slots": [deepcopy(slot.state) for slot in self.slots], "hypers": deepcopy(self.hypers)}

    def load_state_dict(self, d):
        for slot, state in zip(self.slots, deepcopy(d["slots"]), strict=True):
            slot.state = state
        self.hypers = deepcopy(d["hypers"])


def sgd_cb(p, lr, **rest):
    p.data -= p.grad.data.mul(lr)


def weight_decay(p, lr, wd, **rest):
    p.data -= p.data.mul(lr * wd)


def l2_reg(p, wd, **rest):
    p.grad.data += p.data.mul(wd)


def average_grad(p, mom, dampening=False, grad_avg=None, **rest):
    old, new = (mom, 1 - mom) if dampening else (mom, 1)
    total = p.grad.detach().mul(new)
    if grad_avg is not None:
        total += grad_avg.mul(old)
    return {"grad_avg": total}


def momentum_step(p, lr, grad_avg, **rest):
    p.data -= grad_avg.mul(lr)


def average_sqr_grad(p, sqr_mom, sqr_avg=None, **rest):
    total = p.grad.detach().pow(2).mul(1 - sqr_mom)
    if sqr_avg is not None:
        total += sqr_avg.mul(sqr_mom)
    return {"sqr_avg": total}


def rms_prop_step(p, lr, sqr_avg, eps, **rest):
    p.data -= p.grad.data.div(sqr_avg.sqrt().add(eps)).mul(lr)


def step_stat(p, step=0, **rest):
    return {"step": step + 1}


def correction(beta, step):
    """1 - beta^step, as (1 - beta) times the sum of a geometric series."""
    return (1 - beta) * math.fsum(beta**k for k in range(step))


def adam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **rest):
    factor = lr / correction(mom, step)
    scale = correction(sqr_mom, step) ** -0.5
    p.data -= grad_avg.mul(factor).div(sqr_avg.sqrt().mul(scale).add(eps))


def radam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **rest):
    rho_inf = 2 / (1 - sqr_mom) - 1
    rho = rho_inf - 2 * step * sqr_mom**step / correction(sqr_mom, step)
    factor = lr / correction(mom, step)
    if rho <= 5:
        p.data -= grad_avg.mul(factor)
        return
    logs = [math.log(x) for x in (rho - 4, rho - 2, rho_inf)]
    logs += [-math.log(x) for x in (rho_inf - 4, rho_inf - 2, rho)]
    rectified = math.exp(math.fsum(logs) / 2)
    adam_step(p, lr * rectified, mom, sqr_mom, eps, step, grad_avg, sqr_avg)


class Dampened:
    @staticmethod
    def average(p, mom, grad_avg=None, **rest):
        return average_grad(p, mom, dampening=True, grad_avg=grad_avg)


def _adam(last, before=()):
    return list(chain(before, [Dampened.average, average_sqr_grad, step_stat, last]))


def SGD(params, lr):
    return Optimizer(params, [sgd_cb], lr=lr)


def Momentum(params, lr, mom=0.9):
    return Optimizer(params, [average_grad, momentum_step], lr=lr, mom=mom)


def RMSProp(params, lr, sqr_mom=0.99, eps=1e-5):
    return Optimizer(params, [average_sqr_grad, rms_prop_step], lr=lr, sqr_mom=sqr_mom, eps=eps)


def Adam(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5):
    return Optimizer(params, _adam(adam_step), lr=lr, mom=mom, sqr_mom=sqr_mom, eps=eps)


def AdamW(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5, wd=0.01):
    cbs = _adam(adam_step, before=[weight_decay])
    return Optimizer(params, cbs, lr=lr, mom=mom, sqr_mom=sqr_mom, eps=eps, wd=wd)


def RAdam(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5):
    return Optimizer(params, _adam(radam_step), lr=lr, mom=mom, sqr_mom=sqr_mom, eps=eps)
