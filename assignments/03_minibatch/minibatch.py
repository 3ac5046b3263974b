# Generated from the course: the stub of unit 03_minibatch. Fill it in; once you have edited it, it stays.
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
        raise NotImplementedError("DummyModule.__init__")

    def __setattr__(self, name, value):
        """Set the attribute, and register it if it is a layer."""
        raise NotImplementedError("DummyModule.__setattr__")

    def __delattr__(self, name):
        """Delete the attribute. If it was registered, it no longer is."""
        raise NotImplementedError("DummyModule.__delattr__")

    def named_children(self):
        """Yield (name, layer) for each layer, in the order in which the names were registered."""
        raise NotImplementedError("DummyModule.named_children")

    def parameters(self):
        """Yield the parameters of the layers, layer by layer."""
        raise NotImplementedError("DummyModule.parameters")

    def __repr__(self):
        """A text with the names of the layers in it."""
        raise NotImplementedError("DummyModule.__repr__")


class SequentialModel(nn.Module):
    """Calls its layers one after the other. layers: the nn.Modules, in order."""

    def __init__(self, layers):
        super().__init__()
        raise NotImplementedError("SequentialModel.__init__")

    def forward(self, x):
        """The last layer's output, with x as the first layer's input."""
        raise NotImplementedError("SequentialModel.forward")


class Optimizer:
    """Gradient descent: each step moves every parameter by -lr times its gradient.

    params: an iterable of parameters, a generator too. lr: the learning rate, a number.
    """

    def __init__(self, params, lr=0.5):
        raise NotImplementedError("Optimizer.__init__")

    def step(self):
        """Change the parameters in place."""
        raise NotImplementedError("Optimizer.step")

    def zero_grad(self):
        """Set the gradient of every parameter to zero, or to None."""
        raise NotImplementedError("Optimizer.zero_grad")


def accuracy(logits, target):
    """The share of rows whose largest logit is at the target: a 0-d float32 tensor. Given, as in unit 01.

    logits: (N, C), floating point. target: (N,), int64.
    """
    return (logits.argmax(dim=-1) == target).float().mean()


def _train_in_groups(model, loss_func, opt, train_dl, accumulate):
    """(stretch) One epoch of training, with a step for every `accumulate` batches. A helper: no test calls it."""
    raise NotImplementedError("_train_in_groups")


def fit(epochs, model, loss_func, opt, train_dl, valid_dl, accumulate=1):
    """Train for `epochs` epochs, each followed by a validation. Returns (loss, accuracy) of the last validation.

    epochs:             an int, 1 or more
    loss_func:          (predictions, targets) -> the mean loss of a batch, a 0-d tensor
    opt:                has step() and zero_grad()
    train_dl, valid_dl: iterables of batches (xb, yb), which may differ in size
    accumulate:         (stretch) the number of batches for one step
    """
    raise NotImplementedError("fit")
