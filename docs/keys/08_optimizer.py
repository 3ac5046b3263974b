# Generated from the course: the answer key of unit 08_optimizer, to be read and printed.
"""Unit 08: one optimizer for all of them, made of small functions.

An optimizer callback is a function that is called for one parameter at a time. Its keywords are the parameter's state
and the hyper-parameters of its group; it takes those that it needs and ignores the others. It may change the parameter
or the gradient in place, and it may return a dict, which is merged into the parameter's state. The handout is README.md
in this folder.
"""

import copy
import math
from functools import partial

import torch


class Optimizer:
    """Calls the optimizer callbacks `cbs`, in order, for each parameter at each step.

    params: an iterable of parameters, or a list of lists of parameters: one list for each group
    hypers: the hyper-parameters that each group starts with

    The attribute `hypers` is a list with one dict for each group, which `step` reads each time.
    """

    def __init__(self, params, cbs, **hypers):
        params = list(params)
        one_group = not params or isinstance(params[0], torch.Tensor)
        self.groups = [params] if one_group else [list(group) for group in params]
        self.cbs = list(cbs)
        self.hypers = [dict(hypers) for _ in self.groups]
        self.state = {p: {} for group in self.groups for p in group}

    def step(self):
        """Call every callback for every parameter whose grad is not None. The other parameters stay as they are."""
        with torch.no_grad():
            for group, hypers in zip(self.groups, self.hypers, strict=True):
                for p in group:
                    if p.grad is None:
                        continue
                    state = self.state[p]
                    for cb in self.cbs:
                        state.update(cb(p, **{**state, **hypers}) or {})

    def zero_grad(self):
        """Set every gradient to zero, without history, or to None."""
        for group in self.groups:
            for p in group:
                p.grad = None

    def state_dict(self):
        """Return a copy of everything that load_state_dict needs; the parameters themselves are not in it."""
        states = [self.state[p] for group in self.groups for p in group]
        return copy.deepcopy({"state": states, "hypers": self.hypers})

    def load_state_dict(self, saved):
        """Go on where the optimizer stood whose state_dict this is. Its parameters had these values, order, groups."""
        saved = copy.deepcopy(saved)
        self.hypers = saved["hypers"]
        everything = [p for group in self.groups for p in group]
        self.state = dict(zip(everything, saved["state"], strict=True))


def sgd_cb(p, lr, **kwargs):
    """Plain gradient descent: p ← p - lr · grad."""
    p -= lr * p.grad


def weight_decay(p, lr, wd, **kwargs):
    """Decoupled weight decay, as torch and fastai do it: p ← p · (1 - lr · wd). The gradient stays as it is.

    The paper (Loshchilov and Hutter 2019) has the factor of a schedule in place of lr.
    """
    p *= 1 - lr * wd


def l2_reg(p, wd, **kwargs):
    """L2 regularisation: grad ← grad + wd · p, where wd · p is the gradient of wd/2 · |p|²."""
    p.grad += wd * p


def average_grad(p, mom, dampening=False, grad_avg=None, **kwargs):
    """Return {"grad_avg": the next average of the gradients}. Before the first step the average is 0.

    Without dampening: mom · grad_avg + grad. With dampening: mom · grad_avg + (1 - mom) · grad.
    """
    if grad_avg is None:
        grad_avg = torch.zeros_like(p)
    share = 1 - mom if dampening else 1
    return {"grad_avg": mom * grad_avg + share * p.grad}


def momentum_step(p, lr, grad_avg, **kwargs):
    """A step along the average: p ← p - lr · grad_avg."""
    p -= lr * grad_avg


def average_sqr_grad(p, sqr_mom, sqr_avg=None, **kwargs):
    """Return {"sqr_avg": sqr_mom · sqr_avg + (1 - sqr_mom) · grad²}. Before the first step the average is 0."""
    if sqr_avg is None:
        sqr_avg = torch.zeros_like(p)
    return {"sqr_avg": sqr_mom * sqr_avg + (1 - sqr_mom) * p.grad**2}


def rms_prop_step(p, lr, sqr_avg, eps, **kwargs):
    """A step divided by the recent size of the gradient: p ← p - lr · grad / (√sqr_avg + eps)."""
    p -= lr * p.grad / (sqr_avg.sqrt() + eps)


def step_stat(p, step=0, **kwargs):
    """Return {"step": the number of this step}. A parameter's first step is number 1."""
    return {"step": step + 1}


def adam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    """Adam's step: p ← p - lr · m / (√v + eps), with the debiased averages m and v.

    grad_avg, sqr_avg: dampened; m = grad_avg / (1 - mom^step), v = sqr_avg / (1 - sqr_mom^step)
    step:              1 at the first step

    Source: Kingma and Ba 2015, algorithm 1.
    """
    m = grad_avg / (1 - mom**step)
    v = sqr_avg / (1 - sqr_mom**step)
    p -= lr * m / (v.sqrt() + eps)


def SGD(params, lr):
    """Return an Optimizer for plain gradient descent."""
    return Optimizer(params, [sgd_cb], lr=lr)


def Momentum(params, lr, mom=0.9):
    """Return an Optimizer with momentum. Its average is not dampened."""
    return Optimizer(params, [average_grad, momentum_step], lr=lr, mom=mom)


def RMSProp(params, lr, sqr_mom=0.99, eps=1e-5):
    """Return an Optimizer for RMSProp."""
    return Optimizer(params, [average_sqr_grad, rms_prop_step], lr=lr, sqr_mom=sqr_mom, eps=eps)


def _averages():
    """Return the callbacks that Adam, AdamW and RAdam have in common. (A helper: nothing tests it by itself.)"""
    return [partial(average_grad, dampening=True), average_sqr_grad, step_stat]


def Adam(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5):
    """Return an Optimizer for Adam."""
    return Optimizer(params, [*_averages(), adam_step], lr=lr, mom=mom, sqr_mom=sqr_mom, eps=eps)


def AdamW(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5, wd=0.01):
    """Return an Optimizer for Adam with decoupled weight decay."""
    cbs = [weight_decay, *_averages(), adam_step]
    return Optimizer(params, cbs, lr=lr, mom=mom, sqr_mom=sqr_mom, eps=eps, wd=wd)


def radam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    """(stretch) Rectified Adam's step. In the first steps, where the denominator varies too much, it is left out.

    With ρ∞ = 2 / (1 - sqr_mom) - 1 and ρ = ρ∞ - 2 · step · sqr_mom^step / (1 - sqr_mom^step):
    if ρ > 5, Adam's step times √((ρ-4)(ρ-2)ρ∞ / ((ρ∞-4)(ρ∞-2)ρ)); else p ← p - lr · m.

    Source: Liu et al. 2020, algorithm 2, which draws the line at 4; torch and fastai draw it at 5.
    """
    m = grad_avg / (1 - mom**step)
    rho_inf = 2 / (1 - sqr_mom) - 1
    rho = rho_inf - 2 * step * sqr_mom**step / (1 - sqr_mom**step)
    if rho > 5:
        r = math.sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho))
        v = sqr_avg / (1 - sqr_mom**step)
        p -= lr * r * m / (v.sqrt() + eps)
    else:
        p -= lr * m


def RAdam(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5):
    """(stretch) Return an Optimizer for Rectified Adam."""
    return Optimizer(params, [*_averages(), radam_step], lr=lr, mom=mom, sqr_mom=sqr_mom, eps=eps)
