"""Deleted layers leave a gap, modes by context manager, and the averages are a weighted dot product of tensors."""

from contextlib import contextmanager

import torch
from torch import nn

_GAP = object()


class DummyModule:
    def __init__(self):
        object.__setattr__(self, "_slots", [])
        object.__setattr__(self, "_where", {})

    def __setattr__(self, name, value):
        if not name.startswith("_"):
            if hasattr(value, "parameters"):
                if name not in self._where:
                    self._where[name] = len(self._slots)
                    self._slots.append(None)
                self._slots[self._where[name]] = (name, value)
            elif name in self._where:
                self._slots[self._where.pop(name)] = _GAP
        object.__setattr__(self, name, value)

    def __delattr__(self, name):
        object.__delattr__(self, name)
        if name in self._where:
            self._slots[self._where.pop(name)] = _GAP

    def named_children(self):
        return (slot for slot in self._slots if slot is not _GAP)

    def _walk(self):
        for _, child in self.named_children():
            yield from child.parameters()

    def parameters(self):
        handed_out = []
        for p in self._walk():
            for other in handed_out:
                if other is p:
                    break
            else:
                handed_out.append(p)
                yield p

    def __repr__(self):
        return repr(dict(self.named_children()))


class SequentialModel(nn.Module):
    def __init__(self, layers):
        super().__init__()
        held = self.held = nn.ModuleList()
        held.extend(layers)

    def forward(self, x):
        layers = iter(self.held)
        while (layer := next(layers, None)) is not None:
            x = layer(x)
        return x


class Optimizer:
    def __init__(self, params, lr=0.5):
        self.lr = lr
        self.by_id = {id(p): p for p in params}

    def __iter__(self):
        return iter(self.by_id.values())

    def step(self):
        with torch.no_grad():
            for p in self:
                if p.grad is not None:
                    p.addcmul_(p.grad, torch.full_like(p, self.lr), value=-1)

    def zero_grad(self):
        for p in self:
            if p.grad is not None:
                p.grad.detach().fill_(0)


def accuracy(logits, target):
    return (logits.argmax(dim=-1) == target).float().mean()


@contextmanager
def _training(model, on):
    (model.train if on else model.eval)()
    with torch.set_grad_enabled(on):
        yield


def fit(epochs, model, loss_func, opt, train_dl, valid_dl, accumulate=1):
    if accumulate != 1:
        raise NotImplementedError("fit")
    for epoch in range(1, epochs + 1):
        with _training(model, True):
            for xb, yb in train_dl:
                out = model(xb)
                loss_func(out, yb).backward()
                opt.step()
                opt.zero_grad()
        with _training(model, False):
            measured, items = [], []
            for xb, yb in valid_dl:
                out = model(xb)
                pair = (loss_func(out, yb), accuracy(out, yb))
                measured.append(torch.stack([value.double() for value in pair]))
                items.append(len(xb))
            weights = torch.tensor(items, dtype=torch.float64)
            average = (weights / weights.sum()) @ torch.stack(measured).to(weights.device)
        if epoch == epochs:
            return average[0], average[1]
