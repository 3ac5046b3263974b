"""A registry class does the bookkeeping for modules, training and evaluation are functions of their own."""

import math

import torch
from torch import nn


class Registry:
    """A list of [name, child] cells."""

    def __init__(self):
        self.cells = []

    def cell(self, name):
        return next((cell for cell in self.cells if cell[0] == name), None)

    def put(self, name, child):
        cell = self.cell(name)
        if cell is None:
            self.cells.append([name, child])
        else:
            cell[1] = child

    def drop(self, name):
        self.cells = [cell for cell in self.cells if cell[0] != name]


class DummyModule:
    def __init__(self):
        self._registry = Registry()

    def __setattr__(self, name, value):
        if not name.startswith("_"):
            if hasattr(value, "parameters"):
                self._registry.put(name, value)
            else:
                self._registry.drop(name)
        super().__setattr__(name, value)

    def __delattr__(self, name):
        super().__delattr__(name)
        if not name.startswith("_"):
            self._registry.drop(name)

    def named_children(self):
        return ((name, child) for name, child in self._registry.cells)

    def parameters(self):
        return self._each_once(p for _, child in self.named_children() for p in child.parameters())

    @staticmethod
    def _each_once(stream):
        seen = set()
        for p in stream:
            before = len(seen)
            seen.add(p)
            if len(seen) > before:
                yield p

    def __repr__(self):
        return " -> ".join(f"{name}: {type(child).__name__}" for name, child in self.named_children())


class SequentialModel(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.first, self.rest = None, None
        layers = list(layers)
        if layers:
            self.first = layers[0]
            self.rest = SequentialModel(layers[1:])

    def forward(self, x):
        return x if self.first is None else self.rest(self.first(x))


class Optimizer:
    def __init__(self, params, lr=0.5):
        self.group = {"params": [*params], "lr": lr}

    def step(self):
        lr = self.group["lr"]
        with torch.no_grad():
            for p in filter(lambda p: p.grad is not None, self.group["params"]):
                torch.sub(p, lr * p.grad, out=p)

    def zero_grad(self):
        for p in self.group["params"]:
            p.grad = None


def accuracy(logits, target):
    return (logits.argmax(dim=-1) == target).float().mean()


def _train(model, loss_func, opt, dl, accumulate):
    model.train()
    waiting = []
    dl = iter(dl)
    going = True
    while going:
        batch = next(dl, None)
        going = batch is not None
        if going:
            waiting.append(batch)
        if waiting and (len(waiting) == accumulate or not going):
            total = sum(len(yb) for _, yb in waiting)
            # One graph over all of them, one backward.
            sum(loss_func(model(xb), yb) * (len(yb) / total) for xb, yb in waiting).backward()
            opt.step()
            opt.zero_grad()
            waiting.clear()


@torch.no_grad()
def _evaluate(model, loss_func, dl):
    model.eval()
    measured = [(len(xb), *_measure(loss_func, model(xb), yb)) for xb, yb in dl]
    n = sum(size for size, _, _ in measured)
    return tuple(math.fsum(row[0] * row[i].item() for row in measured) / n for i in (1, 2))


def _measure(loss_func, pred, yb):
    return loss_func(pred, yb), accuracy(pred, yb)


def fit(epochs, model, loss_func, opt, train_dl, valid_dl, accumulate=1):
    for _ in range(epochs):
        _train(model, loss_func, opt, train_dl, accumulate)
        result = _evaluate(model, loss_func, valid_dl)
    return result
