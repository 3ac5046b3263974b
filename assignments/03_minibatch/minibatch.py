# Generated from the course: the stub of unit 03_minibatch. Fill it in; once you have edited it, it stays.
"""Unit 03: modules and their parameters, a first optimizer, and the training loop.

Four pieces that torch has, too, written once by hand: how a module finds its parameters, how layers are called
in a row, how an optimizer steps, and how `fit` puts them together. The handout is README.md in this folder.
"""

from itertools import islice

import torch
from torch import nn


class DummyModule:
    """A base class that knows its layers: what nn.Module does with attributes, in plain Python.

    Subclasses call super().__init__() first. From then on, an attribute whose name does not begin with "_" and
    whose value has a method parameters() is a child. Other attributes are just attributes.
    """

    def __init__(self):
        raise NotImplementedError("DummyModule.__init__")

    def __setattr__(self, name, value):
        """Set the attribute, and register it if it is a child. A name that is assigned again keeps its place."""
        raise NotImplementedError("DummyModule.__setattr__")

    def __delattr__(self, name):
        """Delete the attribute. If it was a child, it no longer is one."""
        raise NotImplementedError("DummyModule.__delattr__")

    def named_children(self):
        """Yield (name, child) for each child, in the order in which the names were registered."""
        raise NotImplementedError("DummyModule.named_children")

    def parameters(self):
        """Yield the parameters of the children, in that order, lazily, and each one once."""
        raise NotImplementedError("DummyModule.parameters")

    def __repr__(self):
        """A text with the names of the children in it."""
        raise NotImplementedError("DummyModule.__repr__")


class SequentialModel(nn.Module):
    """Calls its layers one after the other. layers: an iterable of nn.Modules, which it registers in order."""

    def __init__(self, layers):
        super().__init__()
        raise NotImplementedError("SequentialModel.__init__")

    def forward(self, x):
        """The last layer's output, with x as the first layer's input; x itself if there are no layers."""
        raise NotImplementedError("SequentialModel.forward")


class Optimizer:
    """Gradient descent: each step moves every parameter by -lr times its gradient.

    params: an iterable of parameters, a generator too. lr: the learning rate, a number.
    """

    def __init__(self, params, lr=0.5):
        raise NotImplementedError("Optimizer.__init__")

    def step(self):
        """Change the parameters in place, without autograd history. A parameter whose grad is None stays as it is."""
        raise NotImplementedError("Optimizer.step")

    def zero_grad(self):
        """Set the gradient of every parameter to zero, or to None."""
        raise NotImplementedError("Optimizer.zero_grad")


def accuracy(logits, target):
    """The share of rows whose largest logit is at the target: a 0-d float32 tensor. Given, as in unit 01.

    logits: (N, C), floating point. target: (N,), int64.
    """
    return (logits.argmax(dim=-1) == target).float().mean()


def fit(epochs, model, loss_func, opt, train_dl, valid_dl, accumulate=1):
    """Train for so many epochs, each followed by a validation; (loss, accuracy) of the last validation.

    epochs:             an int, 1 or more
    loss_func:          (predictions, targets) -> the mean loss of a batch, a 0-d tensor
    opt:                has step() and zero_grad()
    train_dl, valid_dl: iterables of batches (xb, yb), which may differ in size
    accumulate:         (stretch) one step for so many batches, equal to a step on all of them as one batch. What
                        is left over at the end of an epoch is a step, too

    Training runs in train mode, validation in eval mode and without gradients. Both results are averages over the
    items of valid_dl, not over its batches, as floats or 0-d tensors.
    """
    raise NotImplementedError("fit")
