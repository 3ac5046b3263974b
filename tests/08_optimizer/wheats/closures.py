"""Functions that make functions: an average, a step and a direction are closures; the state is one flat table."""

import operator
from functools import reduce

import torch


class Optimizer:
    def __init__(self, params, cbs, **hypers):
        self.groups = _in_groups(tuple(params))
        self.cbs = tuple(cbs)
        self.hypers = [dict(hypers.items()) for _ in self.groups]
        self._table = {}

    @property
    def params(self):
        return reduce(operator.add, self.groups, ())

    @property
    def state(self):
        return {p: self._state_of(p) for p in self.params}

    def _state_of(self, p):
        return {name: value for (owner, name), value in self._table.items() if owner is p}

    def step(self):
        with torch.no_grad():
            for p in self.params:
                if p.grad is None:
                    continue
                for cb in self.cbs:
                    for name, value in (cb(p, **self._state_of(p), **self._hypers_of(p)) or {}).items():
                        self._table[p, name] = value

    def _hypers_of(self, p):
        return next(h for h, group in zip(self.hypers, self.groups) if any(p is q for q in group))

    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad.detach_()
                p.grad.fill_(0)

    def state_dict(self):
        index = {p: i for i, p in enumerate(self.params)}
        rows = [(index[p], name, _copied(value)) for (p, name), value in self._table.items()]
        return {"rows": rows, "hypers": [h.copy() for h in self.hypers]}

    def load_state_dict(self, saved):
        params = self.params
        self._table = {(params[i], name): _copied(value) for i, name, value in saved["rows"]}
        self.hypers[:] = [h.copy() for h in saved["hypers"]]


def _in_groups(params):
    return tuple(map(tuple, params)) if params and not torch.is_tensor(params[0]) else (params,)


def _copied(value):
    return value.detach().clone() if torch.is_tensor(value) else value


def averaging(name, decay, f):
    """A callback that averages f of the gradient; dampened or not, as asked at the call."""

    def average(p, *, dampening, **known):
        new = f(p.grad)
        if dampening:
            new = new * (1 - known[decay])
        before = known.get(name)
        return {name: new if before is None else torch.add(new, before, alpha=known[decay])}

    return average


def descending(direction):
    """A callback that goes down along a direction, a function of the parameter and what is known."""

    def descend(p, lr, *args, **known):
        p.sub_(direction(p, *args, **known), alpha=lr)

    return descend


_average = averaging("grad_avg", "mom", torch.clone)
_average_sqr = averaging("sqr_avg", "sqr_mom", torch.square)


def average_grad(p, mom, dampening=False, grad_avg=None, **kwargs):
    return _average(p, dampening=dampening, mom=mom, grad_avg=grad_avg)


def average_sqr_grad(p, sqr_mom, sqr_avg=None, **kwargs):
    return _average_sqr(p, dampening=True, sqr_mom=sqr_mom, sqr_avg=sqr_avg)


def step_stat(p, step=0, **kwargs):
    return {"step": 1 + step}


def weight_decay(p, lr, wd, **kwargs):
    p.lerp_(torch.zeros_like(p), lr * wd)


def l2_reg(p, wd, **kwargs):
    torch.add(p.grad, p, alpha=wd, out=p.grad)


@descending
def sgd_cb(p, **kwargs):
    return p.grad


@descending
def momentum_step(p, grad_avg, **kwargs):
    return grad_avg


@descending
def rms_prop_step(p, sqr_avg, eps, **kwargs):
    return p.grad / sqr_avg.sqrt().add(eps)


@descending
def adam_step(p, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    m, v = (avg / (1 - pow(beta, step)) for avg, beta in ((grad_avg, mom), (sqr_avg, sqr_mom)))
    return m / v.sqrt().add(eps)


def adaptive(*cbs):
    def make(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5, **more):
        return Optimizer(params, cbs, lr=lr, mom=mom, sqr_mom=sqr_mom, eps=eps, **more)

    return make


def dampened(p, **known):
    known["dampening"] = True
    return average_grad(p, **known)


def SGD(params, lr):
    return Optimizer(params, (sgd_cb,), lr=lr)


def Momentum(params, lr, mom=0.9):
    return Optimizer(params, (average_grad, momentum_step), lr=lr, mom=mom)


def RMSProp(params, lr, sqr_mom=0.99, eps=1e-5):
    return Optimizer(params, (average_sqr_grad, rms_prop_step), lr=lr, sqr_mom=sqr_mom, eps=eps)


Adam = adaptive(dampened, average_sqr_grad, step_stat, adam_step)


def AdamW(params, lr, wd=0.01, **chosen):
    return adaptive(dampened, average_sqr_grad, step_stat, weight_decay, adam_step)(
        params, lr, wd=wd, **chosen
    )
