# Generated from the course: the stub of unit 08_optimizer. Fill it in; once you have edited it, it stays.
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
        raise NotImplementedError("Optimizer.__init__")

    def step(self):
        """Call every callback for every parameter whose grad is not None. The other parameters stay as they are."""
        raise NotImplementedError("Optimizer.step")

    def zero_grad(self):
        """Set every gradient to zero, without history, or to None."""
        raise NotImplementedError("Optimizer.zero_grad")

    def state_dict(self):
        """Return a copy of everything that load_state_dict needs; the parameters themselves are not in it."""
        raise NotImplementedError("Optimizer.state_dict")

    def load_state_dict(self, saved):
        """Go on where the optimizer stood whose state_dict this is. Its parameters had these values, order, groups."""
        raise NotImplementedError("Optimizer.load_state_dict")


def sgd_cb(p, lr, **kwargs):
    """Plain gradient descent: p ← p - lr · grad."""
    raise NotImplementedError("sgd_cb")


def weight_decay(p, lr, wd, **kwargs):
    """Decoupled weight decay, as torch and fastai do it: p ← p · (1 - lr · wd). The gradient stays as it is.

    The paper (Loshchilov and Hutter 2019) has the factor of a schedule in place of lr.
    """
    raise NotImplementedError("weight_decay")


def l2_reg(p, wd, **kwargs):
    """L2 regularisation: grad ← grad + wd · p, where wd · p is the gradient of wd/2 · |p|²."""
    raise NotImplementedError("l2_reg")


def average_grad(p, mom, dampening=False, grad_avg=None, **kwargs):
    """Return {"grad_avg": the next average of the gradients}. Before the first step the average is 0.

    Without dampening: mom · grad_avg + grad. With dampening: mom · grad_avg + (1 - mom) · grad.
    """
    raise NotImplementedError("average_grad")


def momentum_step(p, lr, grad_avg, **kwargs):
    """A step along the average: p ← p - lr · grad_avg."""
    raise NotImplementedError("momentum_step")


def average_sqr_grad(p, sqr_mom, sqr_avg=None, **kwargs):
    """Return {"sqr_avg": sqr_mom · sqr_avg + (1 - sqr_mom) · grad²}. Before the first step the average is 0."""
    raise NotImplementedError("average_sqr_grad")


def rms_prop_step(p, lr, sqr_avg, eps, **kwargs):
    """A step divided by the recent size of the gradient: p ← p - lr · grad / (√sqr_avg + eps)."""
    raise NotImplementedError("rms_prop_step")


def step_stat(p, step=0, **kwargs):
    """Return {"step": the number of this step}. A parameter's first step is number 1."""
    raise NotImplementedError("step_stat")


def adam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    """Adam's step: p ← p - lr · m / (√v + eps), with the debiased averages m and v.

    grad_avg, sqr_avg: dampened; m = grad_avg / (1 - mom^step), v = sqr_avg / (1 - sqr_mom^step)
    step:              1 at the first step

    Source: Kingma and Ba 2015, algorithm 1.
    """
    raise NotImplementedError("adam_step")


def SGD(params, lr):
    """Return an Optimizer for plain gradient descent."""
    raise NotImplementedError("SGD")


def Momentum(params, lr, mom=0.9):
    """Return an Optimizer with momentum. Its average is not dampened."""
    raise NotImplementedError("Momentum")


def RMSProp(params, lr, sqr_mom=0.99, eps=1e-5):
    """Return an Optimizer for RMSProp."""
    raise NotImplementedError("RMSProp")


def _averages():
    """Return the callbacks that Adam, AdamW and RAdam have in common. (A helper: nothing tests it by itself.)"""
    raise NotImplementedError("_averages")


def Adam(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5):
    """Return an Optimizer for Adam."""
    raise NotImplementedError("Adam")


def AdamW(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5, wd=0.01):
    """Return an Optimizer for Adam with decoupled weight decay."""
    raise NotImplementedError("AdamW")


def radam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    """(stretch) Rectified Adam's step. In the first steps, where the denominator varies too much, it is left out.

    With ρ∞ = 2 / (1 - sqr_mom) - 1 and ρ = ρ∞ - 2 · step · sqr_mom^step / (1 - sqr_mom^step):
    if ρ > 5, Adam's step times √((ρ-4)(ρ-2)ρ∞ / ((ρ∞-4)(ρ∞-2)ρ)); else p ← p - lr · m.

    Source: Liu et al. 2020, algorithm 2, which draws the line at 4; torch and fastai draw it at 5.
    """
    raise NotImplementedError("radam_step")


def RAdam(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5):
    """(stretch) Return an Optimizer for Rectified Adam."""
    raise NotImplementedError("RAdam")
