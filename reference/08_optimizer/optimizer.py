"""Unit 08: one optimizer for all of them, made of small functions.

An optimizer callback is a function that is called for each parameter at each step, with everything known about it as
keywords: the parameter's state, and the hyper-parameters of its group. It changes the parameter or its gradient, or
returns a dict with which its state is updated. Each takes the keywords it needs and ignores the others. They are called
without autograd. The handout is README.md in this folder.
"""

import copy
import math
from functools import partial

import torch


class Optimizer:
    """Calls `cbs`, in order, for every parameter at every step.

    params: parameters (an iterable of any kind), or a list of lists of parameters, which are groups
    cbs:    optimizer callbacks
    hypers: the hyper-parameters that every group starts with

    hypers: a list of dicts, one a group, read at every step; state: a dict of a parameter's state, by parameter.
    """

    def __init__(self, params, cbs, **hypers):
        # BEGIN SOLUTION
        params = list(params)
        one_group = not params or isinstance(params[0], torch.Tensor)
        self.groups = [params] if one_group else [list(group) for group in params]
        self.cbs = list(cbs)
        self.hypers = [dict(hypers) for _ in self.groups]
        self.state = {p: {} for group in self.groups for p in group}
        # END SOLUTION

    def step(self):
        """One step of every parameter that has a gradient; the others are left alone altogether."""
        # BEGIN SOLUTION
        with torch.no_grad():
            for group, hypers in zip(self.groups, self.hypers, strict=True):
                for p in group:
                    if p.grad is None:
                        continue
                    state = self.state[p]
                    for cb in self.cbs:
                        state.update(cb(p, **{**state, **hypers}) or {})
        # END SOLUTION

    def zero_grad(self):
        """Gradients become zero, or None."""
        # BEGIN SOLUTION
        for group in self.groups:
            for p in group:
                p.grad = None
        # END SOLUTION

    def state_dict(self):
        """All that is needed to go on from here, apart from the parameters: for load_state_dict, and a copy."""
        # BEGIN SOLUTION
        states = [self.state[p] for group in self.groups for p in group]
        return copy.deepcopy({"state": states, "hypers": self.hypers})
        # END SOLUTION

    def load_state_dict(self, saved):
        """Go on from where another optimizer, of parameters of the same shapes in the same order, was."""
        # BEGIN SOLUTION
        saved = copy.deepcopy(saved)
        self.hypers = saved["hypers"]
        everything = [p for group in self.groups for p in group]
        self.state = dict(zip(everything, saved["state"], strict=True))
        # END SOLUTION


def sgd_cb(p, lr, **kwargs):
    """p ← p - lr · grad."""
    # BEGIN SOLUTION
    p -= lr * p.grad
    # END SOLUTION


def weight_decay(p, lr, wd, **kwargs):
    """Decoupled weight decay: p ← p · (1 - lr · wd). Source: Loshchilov and Hutter 2019."""
    # BEGIN SOLUTION
    p *= 1 - lr * wd
    # END SOLUTION


def l2_reg(p, wd, **kwargs):
    """L2 regularisation, the gradient of wd/2 · |p|²: grad ← grad + wd · p."""
    # BEGIN SOLUTION
    p.grad += wd * p
    # END SOLUTION


def average_grad(p, mom, dampening=False, grad_avg=None, **kwargs):
    """The running average of gradients, 0 before the first step: returns {"grad_avg": ...}.

    grad_avg · mom + grad; with dampening, mom · grad_avg + (1 - mom) · grad.
    """
    # BEGIN SOLUTION
    if grad_avg is None:
        grad_avg = torch.zeros_like(p)
    share = 1 - mom if dampening else 1
    return {"grad_avg": mom * grad_avg + share * p.grad}
    # END SOLUTION


def momentum_step(p, lr, grad_avg, **kwargs):
    """p ← p - lr · grad_avg."""
    # BEGIN SOLUTION
    p -= lr * grad_avg
    # END SOLUTION


def average_sqr_grad(p, sqr_mom, sqr_avg=None, **kwargs):
    """The running average of squared gradients, 0 before the first step: returns {"sqr_avg": ...}.

    sqr_mom · sqr_avg + (1 - sqr_mom) · grad².
    """
    # BEGIN SOLUTION
    if sqr_avg is None:
        sqr_avg = torch.zeros_like(p)
    return {"sqr_avg": sqr_mom * sqr_avg + (1 - sqr_mom) * p.grad**2}
    # END SOLUTION


def rms_prop_step(p, lr, sqr_avg, eps, **kwargs):
    """p ← p - lr · grad / (√sqr_avg + eps)."""
    # BEGIN SOLUTION
    p -= lr * p.grad / (sqr_avg.sqrt() + eps)
    # END SOLUTION


def step_stat(p, step=0, **kwargs):
    """Counts the parameter's steps: returns {"step": ...}, 1 at the first one."""
    # BEGIN SOLUTION
    return {"step": step + 1}
    # END SOLUTION


def adam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    """p ← p - lr · m / (√v + eps), m and v being the two dampened averages, debiased: avg / (1 - β^step).

    step: 1 at the first step. Source: Kingma and Ba 2015, algorithm 1.
    """
    # BEGIN SOLUTION
    unbiased_avg = grad_avg / (1 - mom**step)
    unbiased_sqr = sqr_avg / (1 - sqr_mom**step)
    p -= lr * unbiased_avg / (unbiased_sqr.sqrt() + eps)
    # END SOLUTION


def SGD(params, lr):
    """An Optimizer that does plain gradient descent."""
    # BEGIN SOLUTION
    return Optimizer(params, [sgd_cb], lr=lr)
    # END SOLUTION


def Momentum(params, lr, mom=0.9):
    """An Optimizer with momentum, not dampened."""
    # BEGIN SOLUTION
    return Optimizer(params, [average_grad, momentum_step], lr=lr, mom=mom)
    # END SOLUTION


def RMSProp(params, lr, sqr_mom=0.99, eps=1e-5):
    """An RMSProp Optimizer."""
    # BEGIN SOLUTION
    return Optimizer(params, [average_sqr_grad, rms_prop_step], lr=lr, sqr_mom=sqr_mom, eps=eps)
    # END SOLUTION


def Adam(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5):
    """An Adam Optimizer."""
    # BEGIN SOLUTION
    cbs = [partial(average_grad, dampening=True), average_sqr_grad, step_stat, adam_step]
    return Optimizer(params, cbs, lr=lr, mom=mom, sqr_mom=sqr_mom, eps=eps)
    # END SOLUTION


def AdamW(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5, wd=0.01):
    """An Adam Optimizer with decoupled weight decay."""
    # BEGIN SOLUTION
    cbs = [weight_decay, partial(average_grad, dampening=True), average_sqr_grad, step_stat, adam_step]
    return Optimizer(params, cbs, lr=lr, mom=mom, sqr_mom=sqr_mom, eps=eps, wd=wd)
    # END SOLUTION


def radam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    """(stretch) Adam's step, rectified; without its denominator while the variance of that is not to be trusted.

    With ρ∞ = 2 / (1 - sqr_mom) - 1 and ρ = ρ∞ - 2 · step · sqr_mom^step / (1 - sqr_mom^step): where ρ > 5, Adam's step
    times √((ρ-4)(ρ-2)ρ∞ / ((ρ∞-4)(ρ∞-2)ρ)); else p ← p - lr · m. Source: Liu et al. 2020, algorithm 2,
    which draws the line at 4; torch and fastai draw it at 5.
    """
    # BEGIN SOLUTION
    unbiased_avg = grad_avg / (1 - mom**step)
    rho_inf = 2 / (1 - sqr_mom) - 1
    rho = rho_inf - 2 * step * sqr_mom**step / (1 - sqr_mom**step)
    if rho > 5:
        r = math.sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho))
        unbiased_sqr = sqr_avg / (1 - sqr_mom**step)
        p -= lr * r * unbiased_avg / (unbiased_sqr.sqrt() + eps)
    else:
        p -= lr * unbiased_avg
    # END SOLUTION


def RAdam(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5):
    """(stretch) A Rectified Adam Optimizer."""
    # BEGIN SOLUTION
    cbs = [partial(average_grad, dampening=True), average_sqr_grad, step_stat, radam_step]
    return Optimizer(params, cbs, lr=lr, mom=mom, sqr_mom=sqr_mom, eps=eps)
    # END SOLUTION
