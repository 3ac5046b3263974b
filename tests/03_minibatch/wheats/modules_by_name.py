"""Layers by add_module and getattr, gradients cleared before each backward, every step a group, sums by math.fsum."""

import math
from functools import reduce

import torch
from torch import nn


class DummyModule:
    def __init__(self):
        object.__setattr__(self, "_names", [])

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value)
        if name[:1] != "_" and callable(getattr(value, "parameters", None)) and name not in self._names:
            self._names.append(name)

    def __delattr__(self, name):
        object.__delattr__(self, name)
        if name in self._names:
            self._names.remove(name)

    def named_children(self):
        return ((name, getattr(self, name)) for name in self._names)

    def parameters(self):
        given = []
        for name in self._names:
            for p in getattr(self, name).parameters():
                if all(p is not q for q in given):
                    given.append(p)
                    yield p

    def __repr__(self):
        return "\n".join([self.__class__.__qualname__, *(f"  {n}: {c!r}" for n, c in self.named_children())])


class SequentialModel(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.depth = 0
        for layer in layers:
            self.add_module(f"layer{self.depth}", layer)
            self.depth += 1

    def forward(self, x):
        return reduce(lambda x, k: getattr(self, f"layer{k}")(x), range(self.depth), x)


class Optimizer:
    def __init__(self, params, lr=0.5):
        self.params = (*params,)
        self.lr = lr

    def step(self):
        for p in (p for p in self.params if p.grad is not None):
            p.data.add_(p.grad.data, alpha=-self.lr)

    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad.detach_().zero_()


def accuracy(logits, target):
    return (logits.argmax(dim=-1) == target).float().mean()


def _groups(dl, size):
    group = []
    for batch in dl:
        group.append(batch)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group


def _train_in_groups(model, loss_func, opt, train_dl, accumulate):
    for group in _groups(train_dl, accumulate):
        sizes = [yb.shape[0] for _, yb in group]
        opt.zero_grad()
        for (xb, yb), n in zip(group, sizes):
            loss = loss_func(model(xb), yb)
            loss.backward(torch.full_like(loss, n / sum(sizes)))
        opt.step()


@torch.no_grad()
def _validate(model, loss_func, valid_dl):
    def measure(xb, yb):
        out = model(xb)
        return len(yb), loss_func(out, yb).item(), accuracy(out, yb).item()

    rows = [measure(*batch) for batch in valid_dl]
    n = sum(row[0] for row in rows)
    return tuple(torch.tensor(math.fsum(row[0] * row[k] for row in rows) / n) for k in (1, 2))


def fit(epochs, model, loss_func, opt, train_dl, valid_dl, accumulate=1):
    result = None
    while epochs > 0:
        _train_in_groups(model.train(), loss_func, opt, train_dl, accumulate)
        result = _validate(model.eval(), loss_func, valid_dl)
        epochs -= 1
    return result
