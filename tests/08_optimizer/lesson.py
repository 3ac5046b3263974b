"""The unit as the chapter solves it: everything through .data, all_params, and optimizers that are partials.

With today's torch, add_ and addcdiv_ take the factor by name. Of all_params and of Adam the chapter shows no code: they
are written by its text and formulas. The course decides that eps stands outside of the root and that both of Adam's
averages are debiased, where a formula of the chapter has eps within and debiases one; that the average of squares has
its 1 - sqr_mom, which one print lacks; that average_grad dampens where it is told to; and that RMSProp's eps is 1e-5,
not 1e-7.
"""

from collections import defaultdict
from functools import partial

import torch


def _update(state, new):
    if new:
        state.update(new)
    return state


class Optimizer:
    def __init__(self, params, cbs, **hypers):
        params = list(params)
        if params and not isinstance(params[0], (list, tuple)):
            params = [params]
        self.param_lists = [list(pg) for pg in params]
        self.cbs = cbs
        self.state = defaultdict(dict)
        self.hypers = [dict(hypers) for _ in self.param_lists]

    def all_params(self):
        for pg, hyper in zip(self.param_lists, self.hypers, strict=True):
            for p in pg:
                yield p, pg, self.state[p], hyper

    def zero_grad(self):
        for p, *_ in self.all_params():
            p.grad.detach_()
            p.grad.zero_()

    def step(self):
        for p, _, state, hyper in self.all_params():
            for cb in self.cbs:
                state = _update(state, cb(p, **{**state, **hyper}))
            self.state[p] = state


def sgd_cb(p, lr, **kwargs):
    p.data.add_(p.grad.data, alpha=-lr)


def weight_decay(p, lr, wd, **kwargs):
    p.data.mul_(1 - lr * wd)


def l2_reg(p, wd, **kwargs):
    p.grad.data.add_(p.data, alpha=wd)


def average_grad(p, mom, dampening=False, grad_avg=None, **kwargs):
    if grad_avg is None:
        grad_avg = torch.zeros_like(p.grad.data)
    damp = 1 - mom if dampening else 1.0
    return {"grad_avg": grad_avg * mom + p.grad.data * damp}


def momentum_step(p, lr, grad_avg, **kwargs):
    p.data.add_(grad_avg, alpha=-lr)


def average_sqr_grad(p, sqr_mom, sqr_avg=None, **kwargs):
    if sqr_avg is None:
        sqr_avg = torch.zeros_like(p.grad.data)
    return {"sqr_avg": sqr_avg * sqr_mom + p.grad.data**2 * (1 - sqr_mom)}


def rms_prop_step(p, lr, sqr_avg, eps, grad_avg=None, **kwargs):
    denom = sqr_avg.sqrt().add_(eps)
    p.data.addcdiv_(p.grad, denom, value=-lr)


def step_stat(p, step=0, **kwargs):
    step += 1
    return {"step": step}


def debias(beta, step):
    return 1 - beta**step


def adam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    unbias_avg = grad_avg / debias(mom, step)
    unbias_sqr = sqr_avg / debias(sqr_mom, step)
    p.data.addcdiv_(unbias_avg, unbias_sqr.sqrt().add_(eps), value=-lr)


_adam_cbs = [partial(average_grad, dampening=True), average_sqr_grad, step_stat, adam_step]

SGD = partial(Optimizer, cbs=[sgd_cb])
Momentum = partial(Optimizer, cbs=[average_grad, momentum_step], mom=0.9)
RMSProp = partial(Optimizer, cbs=[average_sqr_grad, rms_prop_step], sqr_mom=0.99, eps=1e-5)
Adam = partial(Optimizer, cbs=_adam_cbs, mom=0.9, sqr_mom=0.99, eps=1e-5)
AdamW = partial(Optimizer, cbs=[weight_decay, *_adam_cbs], mom=0.9, sqr_mom=0.99, eps=1e-5, wd=0.01)
