"""The module notes names alone and looks its layers up when asked; layers are called by reduce, sums kept in a list."""

from functools import reduce
from itertools import islice

import torch
from torch import nn


def _is_layer(value):
    return callable(getattr(value, "parameters", None))


class DummyModule:
    """Knows the names of its layers only. The layers themselves are the attributes, looked up when asked for."""

    def __init__(self):
        self._names = {}  # a dict for its order; the values mean nothing

    def __setattr__(self, name, value):
        super().__setattr__(name, value)
        if name[0] != "_":
            if _is_layer(value):
                self._names.setdefault(name)
            else:
                self._names.pop(name, None)

    def __delattr__(self, name):
        super().__delattr__(name)
        self._names.pop(name, None)

    def named_children(self):
        for name in self._names:
            yield name, getattr(self, name)

    def parameters(self):
        met = {}  # by id; the dict also keeps them alive, so that no id comes again
        for _, layer in self.named_children():
            for p in layer.parameters():
                if id(p) not in met:
                    met[id(p)] = p
                    yield p

    def __repr__(self):
        return type(self).__name__ + "".join(
            f"\n  {name} = {layer!r}" for name, layer in self.named_children()
        )


class SequentialModel(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.chain = nn.ModuleList(list(layers))

    def forward(self, x):
        return reduce(lambda value, layer: layer(value), self.chain, x)


class Optimizer:
    def __init__(self, params, lr=0.5):
        self.params = tuple(params)
        self.lr = lr

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is None:
                continue
            p.sub_(p.grad, alpha=self.lr)

    def zero_grad(self):
        for p in self.params:
            p.grad = None


def accuracy(logits, target):
    return (logits.argmax(dim=-1) == target).float().mean()


def _groups(batches, size):
    """Lists of `size` batches, the last one maybe shorter. Draws nothing before it is asked."""
    it = iter(batches)
    group = list(islice(it, size))
    while group:
        yield group
        group = list(islice(it, size)) if len(group) == size else []


def _train_in_groups(model, loss_func, opt, train_dl, accumulate):
    for group in _groups(train_dl, accumulate):
        total = sum(len(xb) for xb, _ in group)
        opt.zero_grad()
        for xb, yb in group:
            share = len(xb) / total
            (loss_func(model(xb), yb) * share).backward()
        opt.step()


def _validate(model, loss_func, valid_dl):
    sums = [0.0, 0.0]
    count = 0
    with torch.no_grad():
        for xb, yb in valid_dl:
            n = len(xb)
            pred = model(xb)
            sums[0] += n * float(loss_func(pred, yb))
            sums[1] += n * float(accuracy(pred, yb))
            count += n
    return sums[0] / count, sums[1] / count


def fit(epochs, model, loss_func, opt, train_dl, valid_dl, accumulate=1):
    for _ in range(epochs):
        model.train()
        _train_in_groups(model, loss_func, opt, train_dl, accumulate)
        model.eval()
        result = _validate(model, loss_func, valid_dl)
    return result
