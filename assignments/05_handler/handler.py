# Generated from the course: the stub of unit 05_handler. Fill it in; once you have edited it, it stays.
"""Unit 05: callbacks, first design. The training loop asks a handler at every landmark whether to go on.

An answer is true to go on, and false (None is false, too) to skip what the landmark announces. The handler passes each
question on to its callbacks, in order. The handout is README.md in this folder.
"""

import torch


class DataBunch:
    """Two data loaders. c: the number of classes, where that is of use."""

    def __init__(self, train_dl, valid_dl, c=None):
        raise NotImplementedError("DataBunch.__init__")

    @property
    def train_ds(self):
        """The data set of train_dl."""
        raise NotImplementedError("DataBunch.train_ds")

    @property
    def valid_ds(self):
        """The data set of valid_dl."""
        raise NotImplementedError("DataBunch.valid_ds")


class Learner:
    """The parts of a training run: attributes model, opt, loss_func and data (a DataBunch)."""

    def __init__(self, model, opt, loss_func, data):
        raise NotImplementedError("Learner.__init__")


class Callback:
    """Answers True everywhere, and stores its arguments: learn, epoch, xb, yb, loss. Made to be derived from."""

    def begin_fit(self, learn):
        raise NotImplementedError("Callback.begin_fit")

    def after_fit(self):
        raise NotImplementedError("Callback.after_fit")

    def begin_epoch(self, epoch):
        raise NotImplementedError("Callback.begin_epoch")

    def begin_validate(self):
        raise NotImplementedError("Callback.begin_validate")

    def after_epoch(self):
        raise NotImplementedError("Callback.after_epoch")

    def begin_batch(self, xb, yb):
        raise NotImplementedError("Callback.begin_batch")

    def after_loss(self, loss):
        raise NotImplementedError("Callback.after_loss")

    def after_backward(self):
        raise NotImplementedError("Callback.after_backward")

    def after_step(self):
        raise NotImplementedError("Callback.after_step")


class CallbackHandler:
    """Passes each landmark on to the callbacks `cbs`, in the order of the list, up to the first false answer.

    It has the methods of a Callback; each says whether to go on, and sets the model's mode on the way.
    Attributes while a fit runs: learn, and in_train, which says whether this is training or validation.
    """

    def __init__(self, cbs=None):
        raise NotImplementedError("CallbackHandler.__init__")

    def _ask(self, landmark, *args):
        raise NotImplementedError("CallbackHandler._ask")

    def begin_fit(self, learn):
        """A new fit: learn.stop is False."""
        raise NotImplementedError("CallbackHandler.begin_fit")

    def after_fit(self):
        """Reaches every callback, whatever the others answer."""
        raise NotImplementedError("CallbackHandler.after_fit")

    def begin_epoch(self, epoch):
        """From here on the model is in train mode."""
        raise NotImplementedError("CallbackHandler.begin_epoch")

    def begin_validate(self):
        """From here on the model is in eval mode."""
        raise NotImplementedError("CallbackHandler.begin_validate")

    def after_epoch(self):
        raise NotImplementedError("CallbackHandler.after_epoch")

    def begin_batch(self, xb, yb):
        raise NotImplementedError("CallbackHandler.begin_batch")

    def after_loss(self, loss):
        """In validation, answer no, because nothing is learned there."""
        raise NotImplementedError("CallbackHandler.after_loss")

    def after_backward(self):
        raise NotImplementedError("CallbackHandler.after_backward")

    def after_step(self):
        raise NotImplementedError("CallbackHandler.after_step")

    def do_stop(self):
        """True if somebody has set learn.stop, which is False again afterwards."""
        raise NotImplementedError("CallbackHandler.do_stop")


def one_batch(xb, yb, cb):
    """The landmarks of a batch, and what happens between them. cb: a CallbackHandler within a fit.

    begin_batch: no skips the batch; after_loss: no skips all that follows; after_backward: no skips the step;
    after_step, asked in either case: no skips zero_grad.
    """
    raise NotImplementedError("one_batch")


def all_batches(dl, cb):
    """one_batch for each (xb, yb) of dl, until cb.do_stop() says so after one of them."""
    raise NotImplementedError("all_batches")


def fit(epochs, learn, cb):
    """Train and validate `epochs` times. Validation runs without gradients.

    begin_fit: no means no training at all; begin_epoch: no skips that epoch; begin_validate: no skips the validation;
    after_epoch: no ends the fit. after_fit comes at the end, however the end came.
    """
    raise NotImplementedError("fit")
