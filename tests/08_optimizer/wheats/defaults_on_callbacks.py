"""Callbacks carry their defaults, which the optimizer collects; every optimizer is a partial; states appear lazily."""

import math
from collections import defaultdict
from copy import deepcopy
from functools import partial

import torch


def has_defaults(**defaults):
    def mark(cb):
        cb.defaults = defaults
        return cb

    return mark


class Optimizer:
    def __init__(self, params, cbs, **hypers):
        params = list(params)
        nested = bool(params) and not torch.is_tensor(params[0])
        self.param_lists = list(map(list, params)) if nested else [params]
        self.cbs = list(cbs)
        collected = {}
        for cb in self.cbs:
            # A partial's own function holds the defaults.
            collected |= getattr(getattr(cb, "func", cb), "defaults", {})
        self.hypers = [{**collected, **hypers} for _ in self.param_lists]
        self.state = defaultdict(dict)

    def all_params(self, with_grad=True):
        return (
            (p, self.state[p], hyper)
            for pg, hyper in zip(self.param_lists, self.hypers)
            for p in pg
            if not with_grad or p.grad is not None
        )

    def step(self):
        with torch.no_grad():
            for p, state, hyper in self.all_params():
                for cb in self.cbs:
                    answer = cb(p, **{**state, **hyper})
                    if answer:
                        state.update(answer)

    def zero_grad(self):
        for p, *_ in self.all_params():
            p.grad = torch.zeros_like(p.grad, requires_grad=False)

    def state_dict(self):
        state = [state for _, state, _ in self.all_params(with_grad=False)]
        return deepcopy(dict(state=state, hypers=self.hypers))

    def load_state_dict(self, saved):
        saved = deepcopy(saved)
        self.hypers = saved["hypers"]
        params = [p for pg in self.param_lists for p in pg]
        self.state = defaultdict(dict, zip(params, saved["state"]))


def sgd_cb(p, lr, **kwargs):
    p.data.add_(p.grad.data, alpha=-lr)


@has_defaults(wd=0.01)
def weight_decay(p, lr, wd, **kwargs):
    p.data.mul_(1 - lr * wd)


@has_defaults(wd=0.01)
def l2_reg(p, wd, **kwargs):
    p.grad.data.add_(p.data, alpha=wd)


@has_defaults(mom=0.9)
def average_grad(p, mom, dampening=False, grad_avg=None, **kwargs):
    grad_avg = torch.zeros_like(p.grad.data) if grad_avg is None else grad_avg
    return {"grad_avg": grad_avg * mom + p.grad.data * (1 - mom if dampening else 1.0)}


def momentum_step(p, lr, grad_avg, **kwargs):
    p.data.add_(grad_avg, alpha=-lr)


@has_defaults(sqr_mom=0.99)
def average_sqr_grad(p, sqr_mom, sqr_avg=None, **kwargs):
    sqr_avg = torch.zeros_like(p.grad.data) if sqr_avg is None else sqr_avg
    return {"sqr_avg": sqr_avg * sqr_mom + p.grad.data.square() * (1 - sqr_mom)}


@has_defaults(eps=1e-5)
def rms_prop_step(p, lr, sqr_avg, eps, **kwargs):
    p.data.addcdiv_(p.grad.data, sqr_avg.sqrt() + eps, value=-lr)


def step_stat(p, step=0, **kwargs):
    return {"step": step + 1}


def debias(beta, step):
    return -math.expm1(step * math.log(beta)) if beta > 0 else 1.0


@has_defaults(eps=1e-5)
def adam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    denominator = (sqr_avg / debias(sqr_mom, step)).sqrt() + eps
    p.data.addcdiv_(grad_avg / debias(mom, step), denominator, value=-lr)


@has_defaults(eps=1e-5)
def radam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    d1, d2 = debias(mom, step), debias(sqr_mom, step)
    r_inf = 2 / (1 - sqr_mom) - 1
    r = r_inf - 2 * step * sqr_mom**step / d2
    if r > 5:
        v = math.sqrt(((r - 4) * (r - 2) * r_inf) / ((r_inf - 4) * (r_inf - 2) * r))
        p.data.addcdiv_(grad_avg, (sqr_avg / d2).sqrt() + eps, value=-lr * v / d1)
    else:
        p.data.add_(grad_avg, alpha=-lr / d1)


_averages = [partial(average_grad, dampening=True), average_sqr_grad, step_stat]

SGD = partial(Optimizer, cbs=[sgd_cb])
Momentum = partial(Optimizer, cbs=[average_grad, momentum_step])
RMSProp = partial(Optimizer, cbs=[average_sqr_grad, rms_prop_step])
Adam = partial(Optimizer, cbs=[*_averages, adam_step])
AdamW = partial(Optimizer, cbs=[weight_decay, *_averages, adam_step])
RAdam = partial(Optimizer, cbs=[*_averages, radam_step])
