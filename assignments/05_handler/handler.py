# Generated from the course: the stub of unit 05_handler. Fill it in; once you have edited it, it stays.
"""Unit 05: callbacks, first design. The training loop asks a handler at each landmark whether to go on.

A true answer means "go on", a false one (None is false, too) skips what the handout, README.md in this folder, says for
that landmark. The handler asks its callbacks, in order.
"""

import torch


class DataBunch:
    """Two data loaders, train_dl and valid_dl. c: the number of classes, if that is of use."""

    def __init__(self, train_dl, valid_dl, c=None):
        raise NotImplementedError("DataBunch.__init__")

    @property
    def train_ds(self):
        """train_dl.dataset."""
        raise NotImplementedError("DataBunch.train_ds")

    @property
    def valid_ds(self):
        """valid_dl.dataset."""
        raise NotImplementedError("DataBunch.valid_ds")


class Learner:
    """The parts of a training run: attributes model, opt, loss_func and data (a DataBunch)."""

    def __init__(self, model, opt, loss_func, data):
        raise NotImplementedError("Learner.__init__")


class Callback:
    """Answers True at each landmark, and keeps what it is given as learn, epoch, xb, yb and loss. A base class."""

    def begin_fit(self, learn):
        raise NotImplementedError("Callback.begin_fit")

    def begin_epoch(self, epoch):
        raise NotImplementedError("Callback.begin_epoch")

    def begin_batch(self, xb, yb):
        raise NotImplementedError("Callback.begin_batch")

    def after_loss(self, loss):
        raise NotImplementedError("Callback.after_loss")

    def after_backward(self):
        raise NotImplementedError("Callback.after_backward")

    # These are given nothing, either.
    after_step = begin_validate = after_epoch = after_fit = after_backward


class CallbackHandler:
    """Asks the callbacks `cbs` at each landmark, in the order of the list, up to the first false answer.

    It has the methods of a Callback, and each answers whether to go on. While a fit runs it has the attributes learn,
    and in_train: True in training, False in validation.
    """

    def __init__(self, cbs=None):
        raise NotImplementedError("CallbackHandler.__init__")

    def _ask(self, landmark, *args):
        """Return whether all callbacks say yes. (A helper: nothing tests it by itself.)"""
        raise NotImplementedError("CallbackHandler._ask")

    def begin_fit(self, learn):
        """Begin a fit: from here on learn.stop is there, and False."""
        raise NotImplementedError("CallbackHandler.begin_fit")

    def begin_epoch(self, epoch):
        """Put the model in train mode."""
        raise NotImplementedError("CallbackHandler.begin_epoch")

    def begin_batch(self, xb, yb):
        raise NotImplementedError("CallbackHandler.begin_batch")

    def after_loss(self, loss):
        """In validation the answer is no, because nothing is learned there."""
        raise NotImplementedError("CallbackHandler.after_loss")

    def after_backward(self):
        raise NotImplementedError("CallbackHandler.after_backward")

    def after_step(self):
        raise NotImplementedError("CallbackHandler.after_step")

    def begin_validate(self):
        """Put the model in eval mode."""
        raise NotImplementedError("CallbackHandler.begin_validate")

    def after_epoch(self):
        raise NotImplementedError("CallbackHandler.after_epoch")

    def after_fit(self):
        """Call after_fit of every callback, whatever the others answer."""
        raise NotImplementedError("CallbackHandler.after_fit")

    def do_stop(self):
        """Return learn.stop, and set it to False."""
        raise NotImplementedError("CallbackHandler.do_stop")


def one_batch(xb, yb, cb):
    """Forward and loss, backward, step and zero_grad, as the answers of `cb`, a CallbackHandler within a fit, allow."""
    raise NotImplementedError("one_batch")


def all_batches(dl, cb):
    """Call one_batch for each (xb, yb) of dl, until cb.do_stop(), asked after each of them, is true."""
    raise NotImplementedError("all_batches")


def fit(epochs, learn, cb):
    """Train and validate `epochs` times, validation without gradients. after_fit comes at the end in any case."""
    raise NotImplementedError("fit")
