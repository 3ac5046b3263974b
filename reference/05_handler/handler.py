"""Unit 05: callbacks, first design. The training loop asks a handler at each landmark whether to go on.

A true answer means "go on", a false one (None is false, too) skips what the handout, README.md in this folder, says for
that landmark. The handler asks its callbacks, in order.
"""

import torch


class DataBunch:
    """Two data loaders, train_dl and valid_dl. c: the number of classes, if that is of use."""

    def __init__(self, train_dl, valid_dl, c=None):
        # BEGIN SOLUTION
        self.train_dl, self.valid_dl, self.c = train_dl, valid_dl, c
        # END SOLUTION

    @property
    def train_ds(self):
        """train_dl.dataset."""
        # BEGIN SOLUTION
        return self.train_dl.dataset
        # END SOLUTION

    @property
    def valid_ds(self):
        """valid_dl.dataset."""
        # BEGIN SOLUTION
        return self.valid_dl.dataset
        # END SOLUTION


class Learner:
    """The parts of a training run: attributes model, opt, loss_func and data (a DataBunch)."""

    def __init__(self, model, opt, loss_func, data):
        # BEGIN SOLUTION
        self.model, self.opt, self.loss_func, self.data = model, opt, loss_func, data
        # END SOLUTION


class Callback:
    """Answers True at each landmark, and keeps what it is given as learn, epoch, xb, yb and loss. A base class."""

    def begin_fit(self, learn):
        # BEGIN SOLUTION
        self.learn = learn
        return True
        # END SOLUTION

    def begin_epoch(self, epoch):
        # BEGIN SOLUTION
        self.epoch = epoch
        return True
        # END SOLUTION

    def begin_batch(self, xb, yb):
        # BEGIN SOLUTION
        self.xb, self.yb = xb, yb
        return True
        # END SOLUTION

    def after_loss(self, loss):
        # BEGIN SOLUTION
        self.loss = loss
        return True
        # END SOLUTION

    def after_backward(self):
        # BEGIN SOLUTION
        return True
        # END SOLUTION

    # These are given nothing, either.
    after_step = begin_validate = after_epoch = after_fit = after_backward


class CallbackHandler:
    """Asks the callbacks `cbs` at each landmark, in the order of the list, up to the first false answer.

    It has the methods of a Callback, and each answers whether to go on. While a fit runs it has the attributes learn,
    and in_train: True in training, False in validation.
    """

    def __init__(self, cbs=None):
        # BEGIN SOLUTION
        self.cbs = [] if cbs is None else list(cbs)
        # END SOLUTION

    def _ask(self, landmark, *args):
        """Return whether all callbacks say yes. (A helper: nothing tests it by itself.)"""
        # BEGIN SOLUTION
        return all(getattr(cb, landmark)(*args) for cb in self.cbs)
        # END SOLUTION

    def begin_fit(self, learn):
        """Begin a fit: from here on learn.stop is there, and False."""
        # BEGIN SOLUTION
        self.learn, self.in_train = learn, True
        learn.stop = False
        return self._ask("begin_fit", learn)
        # END SOLUTION

    def begin_epoch(self, epoch):
        """Put the model in train mode."""
        # BEGIN SOLUTION
        self.in_train = True
        self.learn.model.train()
        return self._ask("begin_epoch", epoch)
        # END SOLUTION

    def begin_batch(self, xb, yb):
        # BEGIN SOLUTION
        return self._ask("begin_batch", xb, yb)
        # END SOLUTION

    def after_loss(self, loss):
        """In validation the answer is no, because nothing is learned there."""
        # BEGIN SOLUTION
        return self._ask("after_loss", loss) and self.in_train
        # END SOLUTION

    def after_backward(self):
        # BEGIN SOLUTION
        return self._ask("after_backward")
        # END SOLUTION

    def after_step(self):
        # BEGIN SOLUTION
        return self._ask("after_step")
        # END SOLUTION

    def begin_validate(self):
        """Put the model in eval mode."""
        # BEGIN SOLUTION
        self.in_train = False
        self.learn.model.eval()
        return self._ask("begin_validate")
        # END SOLUTION

    def after_epoch(self):
        # BEGIN SOLUTION
        return self._ask("after_epoch")
        # END SOLUTION

    def after_fit(self):
        """Call after_fit of every callback, whatever the others answer."""
        # BEGIN SOLUTION
        answers = [
            cb.after_fit() for cb in self.cbs
        ]  # a list, because `all` over a generator stops at the first no
        return all(answers)
        # END SOLUTION

    def do_stop(self):
        """Return learn.stop, and set it to False."""
        # BEGIN SOLUTION
        stop, self.learn.stop = self.learn.stop, False
        return stop
        # END SOLUTION


def one_batch(xb, yb, cb):
    """Forward and loss, backward, step and zero_grad, as the answers of `cb`, a CallbackHandler within a fit, allow."""
    # BEGIN SOLUTION
    learn = cb.learn
    if not cb.begin_batch(xb, yb):
        return
    loss = learn.loss_func(learn.model(xb), yb)
    if not cb.after_loss(loss):
        return
    loss.backward()
    if cb.after_backward():
        learn.opt.step()
    if cb.after_step():
        learn.opt.zero_grad()
    # END SOLUTION


def all_batches(dl, cb):
    """Call one_batch for each (xb, yb) of dl, until cb.do_stop(), asked after each of them, is true."""
    # BEGIN SOLUTION
    for xb, yb in dl:
        one_batch(xb, yb, cb)
        if cb.do_stop():
            return
    # END SOLUTION


def fit(epochs, learn, cb):
    """Train and validate `epochs` times, validation without gradients. after_fit comes at the end in any case."""
    # BEGIN SOLUTION
    try:
        if not cb.begin_fit(learn):
            return
        for epoch in range(epochs):
            if not cb.begin_epoch(epoch):
                continue
            all_batches(learn.data.train_dl, cb)
            if cb.begin_validate():
                with torch.no_grad():
                    all_batches(learn.data.valid_dl, cb)
            if not cb.after_epoch():
                return
    finally:
        cb.after_fit()
    # END SOLUTION
