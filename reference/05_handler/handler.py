"""Unit 05: callbacks, first design. The training loop asks a handler at every landmark whether to go on.

An answer is true to go on, and false (None is false, too) to skip what the landmark announces. The handler passes each
question on to its callbacks, in order. The handout is README.md in this folder.
"""

import torch


class DataBunch:
    """Two data loaders. c: the number of classes, where that is of use."""

    def __init__(self, train_dl, valid_dl, c=None):
        # BEGIN SOLUTION
        self.train_dl, self.valid_dl, self.c = train_dl, valid_dl, c
        # END SOLUTION

    @property
    def train_ds(self):
        """The data set of train_dl."""
        # BEGIN SOLUTION
        return self.train_dl.dataset
        # END SOLUTION

    @property
    def valid_ds(self):
        """The data set of valid_dl."""
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
    """Answers True everywhere, and stores its arguments: learn, epoch, xb, yb, loss. Made to be derived from."""

    def begin_fit(self, learn):
        # BEGIN SOLUTION
        self.learn = learn
        return True
        # END SOLUTION

    def after_fit(self):
        # BEGIN SOLUTION
        return True
        # END SOLUTION

    def begin_epoch(self, epoch):
        # BEGIN SOLUTION
        self.epoch = epoch
        return True
        # END SOLUTION

    def begin_validate(self):
        # BEGIN SOLUTION
        return True
        # END SOLUTION

    def after_epoch(self):
        # BEGIN SOLUTION
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

    def after_step(self):
        # BEGIN SOLUTION
        return True
        # END SOLUTION


class CallbackHandler:
    """Passes each landmark on to the callbacks `cbs`, in the order of the list, up to the first false answer.

    It has the methods of a Callback; each says whether to go on, and sets the model's mode on the way.
    Attributes while a fit runs: learn, and in_train, which says whether this is training or validation.
    """

    def __init__(self, cbs=None):
        # BEGIN SOLUTION
        self.cbs = [] if cbs is None else list(cbs)
        # END SOLUTION

    def _ask(self, landmark, *args):
        # BEGIN SOLUTION
        return all(getattr(cb, landmark)(*args) for cb in self.cbs)
        # END SOLUTION

    def begin_fit(self, learn):
        """A new fit: learn.stop is False."""
        # BEGIN SOLUTION
        self.learn, self.in_train = learn, True
        learn.stop = False
        return self._ask("begin_fit", learn)
        # END SOLUTION

    def after_fit(self):
        """Reaches every callback, whatever the others answer."""
        # BEGIN SOLUTION
        answers = [cb.after_fit() for cb in self.cbs]
        return all(answers)
        # END SOLUTION

    def begin_epoch(self, epoch):
        """From here on the model is in train mode."""
        # BEGIN SOLUTION
        self.learn.model.train()
        self.in_train = True
        return self._ask("begin_epoch", epoch)
        # END SOLUTION

    def begin_validate(self):
        """From here on the model is in eval mode."""
        # BEGIN SOLUTION
        self.learn.model.eval()
        self.in_train = False
        return self._ask("begin_validate")
        # END SOLUTION

    def after_epoch(self):
        # BEGIN SOLUTION
        return self._ask("after_epoch")
        # END SOLUTION

    def begin_batch(self, xb, yb):
        # BEGIN SOLUTION
        return self._ask("begin_batch", xb, yb)
        # END SOLUTION

    def after_loss(self, loss):
        """In validation, answer no, because nothing is learned there."""
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

    def do_stop(self):
        """True if somebody has set learn.stop, which is False again afterwards."""
        # BEGIN SOLUTION
        stop, self.learn.stop = self.learn.stop, False
        return stop
        # END SOLUTION


def one_batch(xb, yb, cb):
    """The landmarks of a batch, and what happens between them. cb: a CallbackHandler within a fit.

    begin_batch: no skips the batch; after_loss: no skips all that follows; after_backward: no skips the step;
    after_step, asked in either case: no skips zero_grad.
    """
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
    """one_batch for each (xb, yb) of dl, until cb.do_stop() says so after one of them."""
    # BEGIN SOLUTION
    for xb, yb in dl:
        one_batch(xb, yb, cb)
        if cb.do_stop():
            return
    # END SOLUTION


def fit(epochs, learn, cb):
    """Train and validate `epochs` times. Validation runs without gradients.

    begin_fit: no means no training at all; begin_epoch: no skips that epoch; begin_validate: no skips the validation;
    after_epoch: no ends the fit. after_fit comes at the end, however the end came.
    """
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
