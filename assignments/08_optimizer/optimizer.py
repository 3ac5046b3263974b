# Generated from the course: the stub of unit 08_optimizer. Fill it in; once you have edited it, it stays.
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
        raise NotImplementedError("Optimizer.__init__")

    def step(self):
        """One step of every parameter that has a gradient; the others are left alone altogether."""
        raise NotImplementedError("Optimizer.step")

    def zero_grad(self):
        """Gradients become zero, or None."""
        raise NotImplementedError("Optimizer.zero_grad")

    def state_dict(self):
        """All that is needed to go on from here, apart from the parameters: for load_state_dict, and a copy."""
        raise NotImplementedError("Optimizer.state_dict")

    def load_state_dict(self, saved):
        """Go on from where another optimizer, of parameters of the same shapes in the same order, was."""
        raise NotImplementedError("Optimizer.load_state_dict")


def sgd_cb(p, lr, **kwargs):
    """p ← p - lr · grad."""
    raise NotImplementedError("sgd_cb")


def weight_decay(p, lr, wd, **kwargs):
    """Decoupled weight decay: p ← p · (1 - lr · wd). Source: Loshchilov and Hutter 2019."""
    raise NotImplementedError("weight_decay")


def l2_reg(p, wd, **kwargs):
    """L2 regularisation, the gradient of wd/2 · |p|²: grad ← grad + wd · p."""
    raise NotImplementedError("l2_reg")


def average_grad(p, mom, dampening=False, grad_avg=None, **kwargs):
    """The running average of gradients, 0 before the first step: returns {"grad_avg": ...}.

    grad_avg · mom + grad; with dampening, mom · grad_avg + (1 - mom) · grad.
    """
    raise NotImplementedError("average_grad")


def momentum_step(p, lr, grad_avg, **kwargs):
    """p ← p - lr · grad_avg."""
    raise NotImplementedError("momentum_step")


def average_sqr_grad(p, sqr_mom, sqr_avg=None, **kwargs):
    """The running average of squared gradients, 0 before the first step: returns {"sqr_avg": ...}.

    sqr_mom · sqr_avg + (1 - sqr_mom) · grad².
    """
    raise NotImplementedError("average_sqr_grad")


def rms_prop_step(p, lr, sqr_avg, eps, **kwargs):
    """p ← p - lr · grad / (√sqr_avg + eps)."""
    raise NotImplementedError("rms_prop_step")


def step_stat(p, step=0, **kwargs):
    """Counts the parameter's steps: returns {"step": ...}, 1 at the first one."""
    raise NotImplementedError("step_stat")


def adam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    """p ← p - lr · m / (√v + eps), m and v being the two dampened averages, debiased: avg / (1 - β^step).

    step: 1 at the first step. Source: Kingma and Ba 2015, algorithm 1.
    """
    raise NotImplementedError("adam_step")


def SGD(params, lr):
    """An Optimizer that does plain gradient descent."""
    raise NotImplementedError("SGD")


def Momentum(params, lr, mom=0.9):
    """An Optimizer with momentum, not dampened."""
    raise NotImplementedError("Momentum")


def RMSProp(params, lr, sqr_mom=0.99, eps=1e-5):
    """An RMSProp Optimizer."""
    raise NotImplementedError("RMSProp")


def Adam(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5):
    """An Adam Optimizer."""
    raise NotImplementedError("Adam")


def AdamW(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5, wd=0.01):
    """An Adam Optimizer with decoupled weight decay."""
    raise NotImplementedError("AdamW")


def radam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    """(stretch) Adam's step, rectified; without its denominator while the variance of that is not to be trusted.

    With ρ∞ = 2 / (1 - sqr_mom) - 1 and ρ = ρ∞ - 2 · step · sqr_mom^step / (1 - sqr_mom^step): where ρ > 5, Adam's step
    times √((ρ-4)(ρ-2)ρ∞ / ((ρ∞-4)(ρ∞-2)ρ)); else p ← p - lr · m. Source: Liu et al. 2020, algorithm 2,
    which draws the line at 4; torch and fastai draw it at 5.
    """
    raise NotImplementedError("radam_step")


def RAdam(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5):
    """(stretch) A Rectified Adam Optimizer."""
    raise NotImplementedError("RAdam")
