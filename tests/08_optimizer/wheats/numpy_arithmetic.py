"""numpy does the arithmetic, on arrays that share the parameters' memory; averages become tensors when handed back."""

import copy

import numpy as np
import torch


def _array(tensor):
    # numpy has no bfloat16; float32 holds all of its numbers. A copy, where memory would not be shared anyway.
    return (tensor.float() if tensor.dtype == torch.bfloat16 else tensor).detach().numpy()


def _tensor(array, like):
    return torch.as_tensor(np.asarray(array), dtype=like.dtype)


class Optimizer:
    def __init__(self, params, cbs, **hypers):
        params = list(params)
        if params and torch.is_tensor(params[0]):
            params = [params]
        self.members = [(p, i) for i, group in enumerate(params) for p in group]
        self.cbs = list(cbs)
        self.hypers = [dict(hypers) for _ in params]
        self.state = {p: {} for p, _ in self.members}

    def step(self):
        grad_was_on = torch.is_grad_enabled()
        torch.set_grad_enabled(False)
        try:
            for p, i in self.members:
                if p.grad is not None:
                    for cb in self.cbs:
                        new = cb(p, **{**self.hypers[i], **self.state[p]})
                        self.state[p].update(new or {})
        finally:
            torch.set_grad_enabled(grad_was_on)

    def zero_grad(self):
        for p, _ in self.members:
            if p.grad is not None:
                p.grad = torch.zeros_like(p.grad.detach())

    def state_dict(self):
        return {
            "hypers": copy.deepcopy(self.hypers),
            "state": [copy.deepcopy(self.state[p]) for p, _ in self.members],
        }

    def load_state_dict(self, saved):
        self.hypers = copy.deepcopy(saved["hypers"])
        for (p, _), state in zip(self.members, saved["state"]):
            self.state[p] = copy.deepcopy(state)


def _subtract(p, amount):
    target = _array(p)
    np.subtract(target, amount, out=target, casting="same_kind")


def sgd_cb(p, lr, **others):
    _subtract(p, lr * _array(p.grad))


def weight_decay(p, lr, wd, **others):
    _subtract(p, lr * wd * _array(p))


def l2_reg(p, wd, **others):
    grad = _array(p.grad)
    np.add(grad, wd * _array(p), out=grad, casting="same_kind")


def average_grad(p, mom, dampening=False, grad_avg=None, **others):
    before = np.zeros_like(_array(p)) if grad_avg is None else _array(grad_avg)
    share = 1 - mom if dampening else 1
    return {"grad_avg": _tensor(mom * before + share * _array(p.grad), p)}


def momentum_step(p, lr, grad_avg, **others):
    _subtract(p, lr * _array(grad_avg))


def average_sqr_grad(p, sqr_mom, sqr_avg=None, **others):
    before = np.zeros_like(_array(p)) if sqr_avg is None else _array(sqr_avg)
    return {"sqr_avg": _tensor(sqr_mom * before + (1 - sqr_mom) * np.square(_array(p.grad)), p)}


def rms_prop_step(p, lr, sqr_avg, eps, **others):
    _subtract(p, lr * _array(p.grad) / (np.sqrt(_array(sqr_avg)) + eps))


def step_stat(p, step=0, **others):
    return {"step": step + 1}


def _debiased(average, beta, step):
    return _array(average) / (1 - beta**step)


def adam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **others):
    root = np.sqrt(_debiased(sqr_avg, sqr_mom, step))
    _subtract(p, lr * _debiased(grad_avg, mom, step) / (root + eps))


def SGD(params, lr):
    return Optimizer(params, [sgd_cb], lr=lr)


def Momentum(params, lr, mom=0.9):
    return Optimizer(params, [average_grad, momentum_step], lr=lr, mom=mom)


def RMSProp(params, lr, sqr_mom=0.99, eps=1e-5):
    return Optimizer(params, [average_sqr_grad, rms_prop_step], lr=lr, sqr_mom=sqr_mom, eps=eps)


def Adam(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5):
    # Dampening is a hyper-parameter here, like the others.
    cbs = [average_grad, average_sqr_grad, step_stat, adam_step]
    return Optimizer(params, cbs, lr=lr, mom=mom, sqr_mom=sqr_mom, eps=eps, dampening=True)


def AdamW(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5, wd=0.01):
    opt = Adam(params, lr, mom, sqr_mom, eps)
    opt.cbs.insert(0, weight_decay)
    for hypers in opt.hypers:
        hypers["wd"] = wd
    return opt
