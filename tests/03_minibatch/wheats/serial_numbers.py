"""Names get serial numbers that children are sorted by; one step for all by torch's foreach; batches joined."""

import itertools

import torch
from torch import nn


class DummyModule:
    def __init__(self):
        self._clock = itertools.count()
        self._serial = {}

    def __setattr__(self, name, value):
        super().__setattr__(name, value)
        if name.startswith("_"):
            return
        if hasattr(value, "parameters"):
            self._serial.setdefault(name, next(self._clock))
        elif name in self._serial:
            del self._serial[name]

    def __delattr__(self, name):
        super().__delattr__(name)
        self._serial.pop(name, None)

    def named_children(self):
        for name in sorted(self._serial, key=self._serial.get):
            yield name, getattr(self, name)

    def parameters(self):
        met = set()
        for _, child in self.named_children():
            fresh = (p for p in child.parameters() if id(p) not in met)
            for p in fresh:
                met.add(id(p))
                yield p

    def __str__(self):
        return ", ".join(name for name, _ in self.named_children())

    def __repr__(self):
        return f"[{self}]"


class SequentialModel(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.depth = 0
        for layer in layers:
            self.register_module(self._name(self.depth), layer)
            self.depth += 1

    @staticmethod
    def _name(i):
        return f"step_{i}"

    def forward(self, x, done=0):
        if done == self.depth:
            return x
        return self.forward(self.get_submodule(self._name(done))(x), done + 1)


class Optimizer:
    def __init__(self, params, lr=0.5):
        self.params, self.lr = list(params), lr

    def step(self):
        pairs = [(p, p.grad) for p in self.params if p.grad is not None]
        if pairs:
            params, grads = zip(*pairs, strict=True)
            with torch.no_grad():
                torch._foreach_sub_(list(params), torch._foreach_mul(list(grads), float(self.lr)))

    def zero_grad(self):
        grads = [p.grad.detach() for p in self.params if p.grad is not None]
        if grads:
            torch._foreach_zero_(grads)


def accuracy(logits, target):
    return (logits.argmax(dim=-1) == target).float().mean()


def _groups(batches, k):
    group = []
    for batch in batches:
        group.append(batch)
        if len(group) == k:
            yield group
            group = []
    if group:
        yield group


def fit(epochs, model, loss_func, opt, train_dl, valid_dl, accumulate=1):
    epoch = 0
    while epoch < epochs:
        model.train()
        for group in _groups(train_dl, accumulate):
            # The joined batch itself: the same step, at the price of its memory.
            if len(group) == 1:
                ((xb, yb),) = group
            else:
                xb, yb = (torch.cat(parts) for parts in zip(*group, strict=True))
            opt.zero_grad()
            loss_func(model(xb), yb).backward()
            opt.step()
        opt.zero_grad()

        model.eval()
        rows = []
        with torch.inference_mode():
            for xb, yb in valid_dl:
                pred = model(xb)
                n = pred.shape[0]
                rows.append((n * loss_func(pred, yb).item(), n * accuracy(pred, yb).item(), n))
        epoch += 1
    loss, right, n = map(sum, zip(*rows, strict=True))
    return loss / n, right / n
