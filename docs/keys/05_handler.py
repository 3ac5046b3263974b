# Generated from the course: the answer key of unit 05_handler, to be read and printed.
"""Unit 05: callbacks, first design. The training loop asks a handler at each landmark whether to go on.

A true answer means "go on", a false one (None is false, too) skips what the handout, README.md in this folder, says for
that landmark. The handler asks its callbacks, in order.
"""

import torch


class DataBunch:
    """Two data loaders, train_dl and valid_dl. c: the number of classes, if that is of use."""

    def __init__(self, train_dl, valid_dl, c=None):
        self.train_dl, self.valid_dl, self.c = train_dl, valid_dl, c

    @property
    def train_ds(self):
        """train_dl.dataset."""
        return self.train_dl.dataset

    @property
    def valid_ds(self):
        """valid_dl.dataset."""
        return self.valid_dl.dataset


class Learner:
    """The parts of a training run: attributes model, opt, loss_func and data (a DataBunch)."""

    def __init__(self, model, opt, loss_func, data):
        self.model, self.opt, self.loss_func, self.data = model, opt, loss_func, data


class Callback:
    """Answers True at each landmark, and keeps what it is given as learn, epoch, xb, yb and loss. A base class."""

    def begin_fit(self, learn):
        self.learn = learn
        return True

    def begin_epoch(self, epoch):
        self.epoch = epoch
        return True

    def begin_batch(self, xb, yb):
        self.xb, self.yb = xb, yb
        return True

    def after_loss(self, loss):
        self.loss = loss
        return True

    def after_backward(self):
        return True

    # These are given nothing, either.
    after_step = begin_validate = after_epoch = after_fit = after_backward


class CallbackHandler:
    """Asks the callbacks `cbs` at each landmark, in the order of the list, up to the first false answer.

    It has the methods of a Callback, and each answers whether to go on. While a fit runs it has the attributes learn,
    and in_train: True in training, False in validation.
    """

    def __init__(self, cbs=None):
        self.cbs = [] if cbs is None else list(cbs)

    def _ask(self, landmark, *args):
        """Return whether all callbacks say yes. (A helper: nothing tests it by itself.)"""
        return all(getattr(cb, landmark)(*args) for cb in self.cbs)

    def begin_fit(self, learn):
        """Begin a fit: from here on learn.stop is there, and False."""
        self.learn, self.in_train = learn, True
        learn.stop = False
        return self._ask("begin_fit", learn)

    def begin_epoch(self, epoch):
        """Put the model in train mode."""
        self.in_train = True
        self.learn.model.train()
        return self._ask("begin_epoch", epoch)

    def begin_batch(self, xb, yb):
        return self._ask("begin_batch", xb, yb)

    def after_loss(self, loss):
        """In validation the answer is no, because nothing is learned there."""
        return self._ask("after_loss", loss) and self.in_train

    def after_backward(self):
        return self._ask("after_backward")

    def after_step(self):
        return self._ask("after_step")

    def begin_validate(self):
        """Put the model in eval mode."""
        self.in_train = False
        self.learn.model.eval()
        return self._ask("begin_validate")

    def after_epoch(self):
        return self._ask("after_epoch")

    def after_fit(self):
        """Call after_fit of every callback, whatever the others answer."""
        answers = [
            cb.after_fit() for cb in self.cbs
        ]  # a list, because `all` over a generator stops at the first no
        return all(answers)

    def do_stop(self):
        """Return learn.stop, and set it to False."""
        stop, self.learn.stop = self.learn.stop, False
        return stop


def one_batch(xb, yb, cb):
    """Forward and loss, backward, step and zero_grad, as the answers of `cb`, a CallbackHandler within a fit, allow."""
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


def all_batches(dl, cb):
    """Call one_batch for each (xb, yb) of dl, until cb.do_stop(), asked after each of them, is true."""
    for xb, yb in dl:
        one_batch(xb, yb, cb)
        if cb.do_stop():
            return


def fit(epochs, learn, cb):
    """Train and validate `epochs` times, validation without gradients. after_fit comes at the end in any case."""
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
