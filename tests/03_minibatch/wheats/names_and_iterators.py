"""Names are kept, not layers; iterators from itertools; a batch's share is a number of float32."""

from itertools import chain, count, islice

import torch
from torch import nn


def once(items):
    """The items of a stream, lazily, without those that came before (by identity)."""
    ids, kept = set(), []  # `kept` holds on to the items, so that no id is used a second time
    for item in items:
        if id(item) in ids:
            continue
        ids.add(id(item))
        kept.append(item)
        yield item


class DummyModule:
    """A base class that knows its layers: what nn.Module does with attributes, in plain Python."""

    def __init__(self):
        self._names = []

    def __setattr__(self, name, value):
        super().__setattr__(name, value)
        if (
            not name.startswith("_")
            and callable(getattr(value, "parameters", None))
            and name not in self._names
        ):
            self._names.append(name)

    def __delattr__(self, name):
        super().__delattr__(name)
        if name in self._names:
            self._names.remove(name)

    def named_children(self):
        return ((name, getattr(self, name)) for name in self._names)

    def parameters(self):
        return once(chain.from_iterable(child.parameters() for _, child in self.named_children()))

    def __repr__(self):
        return repr(dict(self.named_children()))


class SequentialModel(nn.Module):
    """Calls its layers one after the other. layers: an iterable of nn.Modules, which it registers in order."""

    def __init__(self, layers):
        super().__init__()
        self._order = []
        for i, layer in zip(count(), layers):
            name = f"{type(layer).__name__.lower()}_{i}"
            setattr(self, name, layer)
            self._order.append(name)

    def forward(self, x):
        for name in self._order:
            x = self.get_submodule(name)(x)
        return x


class Optimizer:
    """Gradient descent: each step moves every parameter by -lr times its gradient."""

    def __init__(self, params, lr=0.5):
        self.params = list(params)
        self.lr = lr

    def _grads(self):
        return ((p, p.grad) for p in self.params if p.grad is not None)

    def step(self):
        for p, g in self._grads():
            p.data.sub_(g.detach() * self.lr)

    def zero_grad(self):
        for _, g in self._grads():
            g.detach_().zero_()


def accuracy(logits, target):
    """The share of rows whose largest logit is at the target: a 0-d float32 tensor. Given, as in unit 01.

    logits: (N, C), floating point. target: (N,), int64.
    """
    return (logits.argmax(dim=-1) == target).float().mean()


def groups(dl, k):
    """Lists of k batches, drawn when they are asked for; the last one may be shorter."""
    it = iter(dl)
    return iter(lambda: list(islice(it, k)), [])


def fit(epochs, model, loss_func, opt, train_dl, valid_dl, accumulate=1):
    """Train for so many epochs, each followed by a validation; (loss, accuracy) of the last validation."""
    for epoch in range(epochs):
        model.train(True)
        for group in groups(train_dl, accumulate):
            sizes = torch.tensor([float(yb.shape[0]) for _, yb in group])
            opt.zero_grad()
            for (xb, yb), share in zip(group, sizes / sizes.sum()):
                loss_func(model(xb), yb).mul(share).backward()
            opt.step()

        model.train(False)
        with torch.inference_mode():
            rows = [
                (len(yb), loss_func(pred, yb).item(), accuracy(pred, yb).item())
                for xb, yb in valid_dl
                for pred in [model(xb)]
            ]
        sizes, losses, accs = torch.tensor(rows, dtype=torch.float64).T
        result = (sizes @ losses / sizes.sum()).item(), (sizes @ accs / sizes.sum()).item()
    return result
