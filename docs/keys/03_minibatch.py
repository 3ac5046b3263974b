# Generated from the course: the answer key of unit 03_minibatch, to be read and printed.
"""Unit 03: modules and their parameters, a first optimizer, and the training loop.

Three pieces that torch has, too, written once by hand: how a module finds its parameters, how layers are called
in a row, and how an optimizer steps. The fourth, `fit`, is the loop that uses them. What counts as core, robust and
stretch is in the table of the handout, README.md in this folder.
"""

from itertools import islice

import torch
from torch import nn


class DummyModule:
    """A base class that knows its layers: what nn.Module does with attributes, in plain Python.

    Subclasses call super().__init__() first. From then on, each layer that is set as an attribute is registered,
    unless the attribute's name begins with "_".
    """

    def __init__(self):
        self._children = {}

    def __setattr__(self, name, value):
        """Set the attribute, and register it if it is a layer."""
        if not name.startswith("_"):
            if callable(getattr(value, "parameters", None)):
                self._children[name] = value
            else:
                self._children.pop(name, None)
        super().__setattr__(name, value)

    def __delattr__(self, name):
        """Delete the attribute. If it was registered, it no longer is."""
        super().__delattr__(name)
        self._children.pop(name, None)

    def named_children(self):
        """Yield (name, layer) for each layer, in the order in which the names were registered."""
        yield from self._children.items()

    def parameters(self):
        """Yield the parameters of the layers, layer by layer."""
        seen = set()
        for _, child in self.named_children():
            for parameter in child.parameters():
                if id(parameter) not in seen:
                    seen.add(id(parameter))
                    yield parameter

    def __repr__(self):
        """A text with the names of the layers in it."""
        children = ", ".join(f"{name}={child!r}" for name, child in self.named_children())
        return f"{type(self).__name__}({children})"


class SequentialModel(nn.Module):
    """Calls its layers one after the other. layers: the nn.Modules, in order."""

    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        """The last layer's output, with x as the first layer's input."""
        for layer in self.layers:
            x = layer(x)
        return x


class Optimizer:
    """Gradient descent: each step moves every parameter by -lr times its gradient.

    params: an iterable of parameters, a generator too. lr: the learning rate, a number.
    """

    def __init__(self, params, lr=0.5):
        self.params, self.lr = list(params), lr

    def step(self):
        """Change the parameters in place."""
        with torch.no_grad():
            for p in self.params:
                if p.grad is not None:
                    p -= self.lr * p.grad

    def zero_grad(self):
        """Set the gradient of every parameter to zero, or to None."""
        for p in self.params:
            p.grad = None


def accuracy(logits, target):
    """The share of rows whose largest logit is at the target: a 0-d float32 tensor. Given, as in unit 01.

    logits: (N, C), floating point. target: (N,), int64.
    """
    return (logits.argmax(dim=-1) == target).float().mean()


def _train_in_groups(model, loss_func, opt, train_dl, accumulate):
    """(stretch) One epoch of training, with a step for every `accumulate` batches. A helper: no test calls it."""
    batches = iter(train_dl)
    while group := list(islice(batches, accumulate)):
        n_items = sum(len(xb) for xb, _ in group)
        for xb, yb in group:
            loss = loss_func(model(xb), yb)
            (loss * (len(xb) / n_items)).backward()
        opt.step()
        opt.zero_grad()


def fit(epochs, model, loss_func, opt, train_dl, valid_dl, accumulate=1):
    """Train for `epochs` epochs, each followed by a validation. Returns (loss, accuracy) of the last validation.

    epochs:             an int, 1 or more
    loss_func:          (predictions, targets) -> the mean loss of a batch, a 0-d tensor
    opt:                has step() and zero_grad()
    train_dl, valid_dl: iterables of batches (xb, yb), which may differ in size
    accumulate:         (stretch) the number of batches for one step
    """
    for _ in range(epochs):
        model.train()
        if accumulate == 1:
            for xb, yb in train_dl:
                loss = loss_func(model(xb), yb)
                loss.backward()
                opt.step()
                opt.zero_grad()
        else:
            _train_in_groups(model, loss_func, opt, train_dl, accumulate)

        model.eval()
        total_loss, total_accuracy, n_items = 0.0, 0.0, 0
        with torch.no_grad():
            for xb, yb in valid_dl:
                predictions = model(xb)
                total_loss += loss_func(predictions, yb) * len(xb)
                total_accuracy += accuracy(predictions, yb) * len(xb)
                n_items += len(xb)
    return total_loss / n_items, total_accuracy / n_items
