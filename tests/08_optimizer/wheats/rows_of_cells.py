"""The optimizer is a row of cells: a parameter, its state, its group's hypers; loading fills the same dicts anew."""

import copy
import math
from functools import partial
from typing import NamedTuple

import torch


class Cell(NamedTuple):
    param: torch.Tensor
    state: dict
    hyper: dict

    def keywords(self):
        return {**self.hyper, **self.state}


class Optimizer:
    def __init__(self, params, cbs, **hypers):
        params = list(params)
        if not any(isinstance(entry, (list, tuple)) for entry in params):
            params = [params]
        self.cbs = tuple(cbs)
        self.hypers = [copy.copy(hypers) for _ in params]
        self.cells = [Cell(p, {}, hyper) for group, hyper in zip(params, self.hypers) for p in group]

    def step(self):
        with torch.no_grad():
            for cell in self.cells:
                if cell.param.grad is None:
                    continue
                for cb in self.cbs:
                    news = cb(cell.param, **cell.keywords())
                    cell.state.update(news or {})

    def zero_grad(self):
        for cell in self.cells:
            cell.param.grad = None

    def state_dict(self):
        return copy.deepcopy({"states": [cell.state for cell in self.cells], "hypers": self.hypers})

    def load_state_dict(self, saved):
        saved = copy.deepcopy(saved)
        for mine, theirs in zip(self.hypers, saved["hypers"]):
            mine.clear()
            mine.update(theirs)
        for cell, state in zip(self.cells, saved["states"]):
            cell.state.clear()
            cell.state.update(state)


def sgd_cb(p, lr, **kwargs):
    p -= lr * p.grad


def weight_decay(p, lr, wd, **kwargs):
    p *= 1 - lr * wd


def l2_reg(p, wd, **kwargs):
    p.grad = p.grad + wd * p


def average_grad(p, mom, dampening=False, grad_avg=None, **kwargs):
    share = 1 - mom if dampening else 1
    if grad_avg is None:
        grad_avg = torch.zeros_like(p)
    grad_avg *= mom
    grad_avg += share * p.grad
    return {"grad_avg": grad_avg}


def momentum_step(p, lr, grad_avg, **kwargs):
    p -= lr * grad_avg


def average_sqr_grad(p, sqr_mom, sqr_avg=None, **kwargs):
    if sqr_avg is None:
        sqr_avg = torch.zeros(p.shape, dtype=p.dtype, device=p.device)
    sqr_avg *= sqr_mom
    sqr_avg += (1 - sqr_mom) * p.grad.square()
    return {"sqr_avg": sqr_avg}


def rms_prop_step(p, lr, sqr_avg, eps, **kwargs):
    p -= lr * p.grad / (sqr_avg.sqrt() + eps)


def step_stat(p, step=0, **kwargs):
    return {"step": step + 1}


def _debiased(avg, beta, step):
    return avg / (1 - beta**step)


def adam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    root = _debiased(sqr_avg, sqr_mom, step).sqrt()
    p -= lr * _debiased(grad_avg, mom, step) / (root + eps)


def _optimizer(params, *cbs, **hypers):
    return Optimizer(params, cbs, **hypers)


def SGD(params, lr):
    return _optimizer(params, sgd_cb, lr=lr)


def Momentum(params, lr, mom=0.9):
    return _optimizer(params, average_grad, momentum_step, lr=lr, mom=mom)


def RMSProp(params, lr, sqr_mom=0.99, eps=1e-5):
    return _optimizer(params, average_sqr_grad, rms_prop_step, lr=lr, sqr_mom=sqr_mom, eps=eps)


def _averages():
    return partial(average_grad, dampening=True), average_sqr_grad, step_stat


def Adam(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5):
    return _optimizer(params, *_averages(), adam_step, lr=lr, mom=mom, sqr_mom=sqr_mom, eps=eps)


def AdamW(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5, wd=0.01):
    cbs = [weight_decay, *_averages(), adam_step]
    return _optimizer(params, *cbs, lr=lr, mom=mom, sqr_mom=sqr_mom, eps=eps, wd=wd)


def radam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    power = sqr_mom**step
    top = 2 / (1 - sqr_mom) - 1
    rho = top - 2 * step * power / (1 - power)
    if rho > 5:
        lr = lr * math.sqrt((rho - 4) * (rho - 2) * top / ((top - 4) * (top - 2) * rho))
        adam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg)
    else:
        p -= lr * _debiased(grad_avg, mom, step)


def RAdam(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5):
    return _optimizer(params, *_averages(), radam_step, lr=lr, mom=mom, sqr_mom=sqr_mom, eps=eps)
