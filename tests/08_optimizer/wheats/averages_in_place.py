"""In place throughout: lerp_, addcmul_, addcdiv_ on averages that live as long as the optimizer; gradients zeroed."""

import torch


class Optimizer:
    def __init__(self, params, cbs, **hypers):
        members = [p if isinstance(p, torch.Tensor) else [*p] for p in params]
        if all(isinstance(m, torch.Tensor) for m in members):
            members = [members]
        self.groups = members
        self.cbs = tuple(cbs)
        self.hypers = [hypers.copy() for _ in members]
        self.state = {}
        for group in members:
            self.state.update((p, {}) for p in group)

    @torch.no_grad()
    def step(self):
        for i, group in enumerate(self.groups):
            for p in group:
                if p.grad is not None:
                    self._step_one(p, self.state[p], self.hypers[i])

    def _step_one(self, p, state, hypers):
        for cb in self.cbs:
            new = cb(p, **hypers, **state)
            if new is not None:
                state |= new

    @torch.no_grad()
    def zero_grad(self):
        for group in self.groups:
            for p in group:
                if p.grad is not None:
                    p.grad.detach_().zero_()

    def state_dict(self):
        return {
            "groups": [
                {"hypers": dict(hypers), "states": [_cloned(self.state[p]) for p in group]}
                for group, hypers in zip(self.groups, self.hypers)
            ]
        }

    def load_state_dict(self, saved):
        for group, hypers, old in zip(self.groups, self.hypers, saved["groups"]):
            hypers.clear()
            hypers.update(old["hypers"])
            for p, state in zip(group, old["states"]):
                self.state[p] = _cloned(state)


def _cloned(state):
    return {key: value.clone() if torch.is_tensor(value) else value for key, value in state.items()}


def sgd_cb(p, lr, **_):
    p.add_(p.grad, alpha=-lr)


def weight_decay(p, lr, wd, **_):
    p.mul_(1 - lr * wd)


def l2_reg(p, wd, **_):
    p.grad.add_(p, alpha=wd)


def average_grad(p, mom, dampening=False, grad_avg=None, **_):
    if grad_avg is None:
        grad_avg = torch.zeros_like(p)
    if dampening:
        grad_avg.lerp_(p.grad, 1 - mom)
    else:
        grad_avg.mul_(mom).add_(p.grad)
    return {"grad_avg": grad_avg}


def momentum_step(p, lr, grad_avg, **_):
    p.sub_(grad_avg, alpha=lr)


def average_sqr_grad(p, sqr_mom, sqr_avg=None, **_):
    if sqr_avg is None:
        sqr_avg = torch.zeros_like(p)
    return {"sqr_avg": sqr_avg.mul_(sqr_mom).addcmul_(p.grad, p.grad, value=1 - sqr_mom)}


def rms_prop_step(p, lr, sqr_avg, eps, **_):
    p.addcdiv_(p.grad, sqr_avg.sqrt().add_(eps), value=-lr)


def step_stat(p, step=0, **_):
    return dict(step=step + 1)


def adam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **_):
    denominator = sqr_avg.div(1 - sqr_mom**step).sqrt_().add_(eps)
    p.addcdiv_(grad_avg, denominator, value=-lr / (1 - mom**step))


def _dampened(p, mom, grad_avg=None, **_):
    return average_grad(p, mom, True, grad_avg)


def SGD(params, lr):
    return Optimizer(params, [sgd_cb], lr=lr)


def Momentum(params, lr, mom=0.9):
    return Optimizer(params, [average_grad, momentum_step], lr=lr, mom=mom)


def RMSProp(params, lr, sqr_mom=0.99, eps=1e-5):
    return Optimizer(params, [average_sqr_grad, rms_prop_step], lr=lr, sqr_mom=sqr_mom, eps=eps)


def Adam(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5):
    cbs = [step_stat, average_sqr_grad, _dampened, adam_step]
    return Optimizer(params, cbs, lr=lr, mom=mom, sqr_mom=sqr_mom, eps=eps)


def AdamW(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5, wd=0.01):
    cbs = [step_stat, average_sqr_grad, _dampened, weight_decay, adam_step]
    return Optimizer(params, cbs, lr=lr, mom=mom, sqr_mom=sqr_mom, eps=eps, wd=wd)


def radam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **_):
    debias1, debias2 = 1 - mom**step, 1 - sqr_mom**step
    limit = 2 / (1 - sqr_mom) - 1
    rho = limit - 2 * step * sqr_mom**step / debias2
    if rho <= 5:
        p.add_(grad_avg, alpha=-lr / debias1)
        return
    r = ((rho - 4) * (rho - 2) * limit / ((limit - 4) * (limit - 2) * rho)) ** 0.5
    p.addcdiv_(grad_avg, sqr_avg.div(debias2).sqrt_().add_(eps), value=-lr * r / debias1)


def RAdam(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5):
    cbs = [step_stat, average_sqr_grad, _dampened, radam_step]
    return Optimizer(params, cbs, lr=lr, mom=mom, sqr_mom=sqr_mom, eps=eps)
