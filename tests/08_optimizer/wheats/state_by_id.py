"""Each optimizer is a subclass that names its callbacks and defaults; the state's keys are ids of parameters."""

import math

import torch


class Optimizer:
    cbs: tuple = ()
    defaults: dict = {}

    def __init__(self, params, cbs=None, **hypers):
        groups = list(params)
        if not groups or isinstance(groups[0], torch.Tensor):
            groups = [groups]
        # The parameters are kept, so that no id is given away twice.
        self.groups = [list(group) for group in groups]
        self.cbs = list(type(self).cbs if cbs is None else cbs)
        self.hypers = [{**self.defaults, **hypers} for _ in self.groups]
        self.state = {id(p): {} for p in self._everything()}

    def _everything(self):
        for group in self.groups:
            yield from group

    @torch.no_grad()
    def step(self):
        for group, hypers in zip(self.groups, self.hypers):
            for p in filter(lambda p: p.grad is not None, group):
                for cb in self.cbs:
                    known = {**hypers, **self.state[id(p)]}
                    new = cb(p, **known)
                    if isinstance(new, dict):
                        self.state[id(p)].update(new)

    def zero_grad(self):
        for p in self._everything():
            if p.grad is not None:
                p.grad = p.grad.detach().new_zeros(p.grad.shape)

    def state_dict(self):
        saved = {}
        for i, p in enumerate(self._everything()):
            for key, value in self.state[id(p)].items():
                saved[f"state.{i}.{key}"] = value.clone() if isinstance(value, torch.Tensor) else value
        for i, hypers in enumerate(self.hypers):
            for key, value in hypers.items():
                saved[f"hypers.{i}.{key}"] = value
        return saved

    def load_state_dict(self, saved):
        everything = list(self._everything())
        self.state = {id(p): {} for p in everything}
        for group in self.hypers:
            group.clear()
        for name, value in saved.items():
            kind, i, key = name.split(".", 2)
            target = self.hypers[int(i)] if kind == "hypers" else self.state[id(everything[int(i)])]
            target[key] = value.clone() if isinstance(value, torch.Tensor) else value


def sgd_cb(p, lr, **kwargs):
    p.copy_(p - lr * p.grad)


def weight_decay(p, lr, wd, **kwargs):
    p.copy_(p - lr * (wd * p))


def l2_reg(p, wd, **kwargs):
    p.grad = p.grad + wd * p


def average_grad(p, mom, dampening=False, grad_avg=None, **kwargs):
    if grad_avg is None:
        grad_avg = p.grad.new_zeros(p.shape)
    if dampening:
        return {"grad_avg": grad_avg + (1 - mom) * (p.grad - grad_avg)}
    return {"grad_avg": torch.add(p.grad, grad_avg, alpha=mom)}


def momentum_step(p, lr, grad_avg, **kwargs):
    p.copy_(p - lr * grad_avg)


def average_sqr_grad(p, sqr_mom, sqr_avg=None, **kwargs):
    if sqr_avg is None:
        sqr_avg = p.grad.new_zeros(p.shape)
    return {"sqr_avg": sqr_avg + (1 - sqr_mom) * (p.grad.square() - sqr_avg)}


def rms_prop_step(p, lr, sqr_avg, eps, **kwargs):
    p.copy_(p - lr * p.grad / (sqr_avg.sqrt() + eps))


def step_stat(p, step=0, **kwargs):
    return {"step": step + 1}


def adam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    # Kingma and Ba's other form: the two corrections go into the step's size, and into eps.
    root = math.sqrt(1 - sqr_mom**step)
    size = lr * root / (1 - mom**step)
    p.copy_(p - size * grad_avg / (sqr_avg.sqrt() + eps * root))


def dampened_average(p, **known):
    return average_grad(p, **{**known, "dampening": True})


class SGD(Optimizer):
    cbs = (sgd_cb,)


class Momentum(Optimizer):
    cbs = (average_grad, momentum_step)
    defaults = {"mom": 0.9}


class RMSProp(Optimizer):
    cbs = (average_sqr_grad, rms_prop_step)
    defaults = {"sqr_mom": 0.99, "eps": 1e-5}


class Adam(Optimizer):
    cbs = (dampened_average, average_sqr_grad, step_stat, adam_step)
    defaults = {"mom": 0.9, "sqr_mom": 0.99, "eps": 1e-5}


class AdamW(Adam):
    cbs = (weight_decay, *Adam.cbs)
    defaults = {**Adam.defaults, "wd": 0.01}


def radam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    limit = (1 + sqr_mom) / (1 - sqr_mom)
    rho = limit - 2 * step * sqr_mom**step / (1 - sqr_mom**step)
    direction = grad_avg / (1 - mom**step)
    if rho > 5:
        rectified = math.sqrt((rho - 4) / (limit - 4) * (rho - 2) / (limit - 2) * limit / rho)
        direction = rectified * direction / (torch.sqrt(sqr_avg / (1 - sqr_mom**step)) + eps)
    p.copy_(p - lr * direction)


class RAdam(Adam):
    cbs = (*Adam.cbs[:-1], radam_step)
