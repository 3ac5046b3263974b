"""The optimizer hands each callback only what its signature asks for; the formulas make new tensors."""

import inspect
from copy import deepcopy

import torch


class Optimizer:
    def __init__(self, params, cbs, **hypers):
        params = [*params]
        loose = all(isinstance(p, torch.Tensor) for p in params)
        self.groups = [params] if loose else [[*group] for group in params]
        self.calls = [(cb, _asked_for(cb)) for cb in cbs]
        self.hypers = [deepcopy(hypers) for _ in self.groups]
        self.state = {p: {} for group in self.groups for p in group}

    def step(self):
        @torch.no_grad()
        def one(p, hypers):
            state = self.state[p]
            for cb, names in self.calls:
                known = {**state, **hypers}
                if names is not None:
                    known = {name: known[name] for name in names & known.keys()}
                state.update(cb(p, **known) or {})

        for group, hypers in zip(self.groups, self.hypers):
            for p in group:
                if p.grad is not None:
                    one(p, hypers)

    def zero_grad(self):
        for p in sum(self.groups, []):
            p.grad = None

    def state_dict(self):
        places = {(i, j): p for i, group in enumerate(self.groups) for j, p in enumerate(group)}
        state = {place: deepcopy(self.state[p]) for place, p in places.items()}
        return {"state": state, "hypers": dict(enumerate(deepcopy(self.hypers)))}

    def load_state_dict(self, saved):
        saved = deepcopy(saved)
        self.state = {self.groups[i][j]: state for (i, j), state in saved["state"].items()}
        for i, hypers in saved["hypers"].items():
            self.hypers[i] = hypers


def _asked_for(cb):
    """The names that cb asks for, or None if it takes whatever there is."""
    parameters = list(inspect.signature(cb).parameters.values())
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return None
    return {parameter.name for parameter in parameters[1:]}


def sgd_cb(p, lr, **_):
    p[...] = p - lr * p.grad


def weight_decay(p, lr, wd, **_):
    p[...] = (1 - lr * wd) * p


def l2_reg(p, wd, **_):
    p.grad[...] = p.grad + wd * p


def _average(before, beta, new, share):
    return share * new if before is None else beta * before + share * new


def average_grad(p, mom, dampening=False, grad_avg=None, **_):
    return {"grad_avg": _average(grad_avg, mom, p.grad, 1 - mom if dampening else 1)}


def momentum_step(p, lr, grad_avg, **_):
    p[...] = p - lr * grad_avg


def average_sqr_grad(p, sqr_mom, sqr_avg=None, **_):
    return {"sqr_avg": _average(sqr_avg, sqr_mom, p.grad * p.grad, 1 - sqr_mom)}


def rms_prop_step(p, lr, sqr_avg, eps, **_):
    p[...] = p - lr * p.grad / (sqr_avg.sqrt() + eps)


def step_stat(p, step=0, **_):
    return {"step": step + 1}


def adam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **_):
    m = grad_avg / (1 - mom**step)
    v = sqr_avg / (1 - sqr_mom**step)
    p[...] = p - lr * m / (v.sqrt() + eps)


def _assembled(*cbs, **defaults):
    def make(params, lr, **chosen):
        unknown = chosen.keys() - defaults.keys()
        if unknown:
            raise TypeError(f"unknown hyper-parameters: {sorted(unknown)}")
        return Optimizer(params, cbs, lr=lr, **{**defaults, **chosen})

    return make


def _dampened(p, mom, grad_avg=None):
    return average_grad(p, mom=mom, dampening=True, grad_avg=grad_avg)


def _rectification(sqr_mom, step):
    """The factor of Liu et al., or None while the second moment is not to be trusted."""
    most = 2 / (1 - sqr_mom) - 1
    now = most - 2 * step * sqr_mom**step / (1 - sqr_mom**step)
    if now <= 5:
        return None
    return (((now - 4) * (now - 2) * most) / ((most - 4) * (most - 2) * now)) ** 0.5


def radam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **_):
    r = _rectification(sqr_mom, step)
    if r is None:
        momentum_step(p, lr / (1 - mom**step), grad_avg)
    else:
        adam_step(p, lr * r, mom, sqr_mom, eps, step, grad_avg, sqr_avg)


SGD = _assembled(sgd_cb)
Momentum = _assembled(average_grad, momentum_step, mom=0.9)
RMSProp = _assembled(average_sqr_grad, rms_prop_step, sqr_mom=0.99, eps=1e-5)
ADAM = {"mom": 0.9, "sqr_mom": 0.99, "eps": 1e-5}
Adam = _assembled(_dampened, average_sqr_grad, step_stat, adam_step, **ADAM)
AdamW = _assembled(weight_decay, _dampened, average_sqr_grad, step_stat, adam_step, **ADAM, wd=0.01)
RAdam = _assembled(_dampened, average_sqr_grad, step_stat, radam_step, **ADAM)
