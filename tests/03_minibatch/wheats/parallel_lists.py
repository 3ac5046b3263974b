"""Children in two lists side by side, parameters drained from a stack of iterators; running means."""

import functools

import torch
from torch import nn


class DummyModule:
    def __init__(self):
        self.__dict__.update(_names=[], _layers=[])

    def _forget(self, name):
        if name in self._names:
            place = self._names.index(name)
            del self._names[place], self._layers[place]

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value)
        if name.startswith("_"):
            return
        if not hasattr(value, "parameters"):
            self._forget(name)
        elif name in self._names:
            self._layers[self._names.index(name)] = value
        else:
            self._names.append(name)
            self._layers.append(value)

    def __delattr__(self, name):
        object.__delattr__(self, name)
        self._forget(name)

    def named_children(self):
        return zip(self._names, self._layers, strict=True)

    def parameters(self):
        known = []
        waiting = list(reversed(self._layers))
        while waiting:
            for p in waiting.pop().parameters():
                if not any(p is other for other in known):
                    known.append(p)
                    yield p

    def __repr__(self):
        return f"<{type(self).__name__} with {', '.join(self._names) or 'no layers'}>"


class SequentialModel(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.stack = tuple(layers)
        for i, layer in enumerate(self.stack):
            self.add_module(str(i), layer)

    def forward(self, x):
        return functools.reduce(lambda value, layer: layer(value), self.stack, x)


class Optimizer:
    def __init__(self, params, lr=0.5):
        self.params, self.lr = tuple(params), lr

    def _with_grad(self):
        return (p for p in self.params if p.grad is not None)

    def step(self):
        for p in self._with_grad():
            # .data is outside of autograd.
            p.data.sub_(p.grad.data * self.lr)

    def zero_grad(self):
        for p in self._with_grad():
            p.grad.detach_()
            p.grad.zero_()


def accuracy(logits, target):
    return (logits.argmax(dim=-1) == target).float().mean()


class Mean:
    """A mean that is right after every value: it moves towards a new one by the share of its items."""

    def __init__(self):
        self.items, self.value = 0, 0.0

    def add(self, value, items):
        self.items += items
        self.value += (float(value) - self.value) * items / self.items


def fit(epochs, model, loss_func, opt, train_dl, valid_dl, accumulate=1):
    for _ in range(epochs):
        model.train()
        items = batches = 0
        for xb, yb in train_dl:
            n = len(xb)
            if batches:
                # The gradients so far are a mean over fewer items than the one to come.
                for p in model.parameters():
                    if p.grad is not None:
                        p.grad.mul_(items / (items + n))
            items, batches = items + n, batches + 1
            (loss_func(model(xb), yb) * (n / items)).backward()
            if batches == accumulate:
                opt.step()
                opt.zero_grad()
                items = batches = 0
        if batches:
            opt.step()
            opt.zero_grad()

        model.eval()
        loss, right = Mean(), Mean()
        before = torch.is_grad_enabled()
        torch.set_grad_enabled(False)
        try:
            for xb, yb in valid_dl:
                pred = model(xb)
                loss.add(loss_func(pred, yb), len(xb))
                right.add(accuracy(pred, yb), len(xb))
        finally:
            torch.set_grad_enabled(before)
    return loss.value, right.value
