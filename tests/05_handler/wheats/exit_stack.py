"""Context managers do the tidying: an exit stack owes after_fit to each callback, a phase owes its grad mode."""

from contextlib import ExitStack, contextmanager

import torch


class DataBunch:
    def __init__(self, train_dl, valid_dl, c=None):
        self.train_dl, self.valid_dl = train_dl, valid_dl
        self.c = c

    @property
    def train_ds(self):
        return self.train_dl.dataset

    @property
    def valid_ds(self):
        return self.valid_dl.dataset


class Learner:
    def __init__(self, model, opt, loss_func, data):
        (self.model, self.opt), (self.loss_func, self.data) = (model, opt), (loss_func, data)


class Callback:
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

    def after_step(self):
        return True

    def begin_validate(self):
        return True

    def after_epoch(self):
        return True

    def after_fit(self):
        return True


class CallbackHandler:
    def __init__(self, cbs=None):
        self.cbs = list(cbs or ())

    def _unanimous(self, question):
        return next((False for cb in self.cbs if not question(cb)), True)

    def begin_fit(self, learn):
        self.learn, self.in_train = learn, True
        learn.stop = False
        return self._unanimous(lambda cb: cb.begin_fit(learn))

    def begin_epoch(self, epoch):
        self.in_train = True
        self.learn.model.train()
        return self._unanimous(lambda cb: cb.begin_epoch(epoch))

    def begin_batch(self, xb, yb):
        return self._unanimous(lambda cb: cb.begin_batch(xb, yb))

    def after_loss(self, loss):
        return self.in_train and self._unanimous(lambda cb: cb.after_loss(loss))

    def after_backward(self):
        return self._unanimous(lambda cb: cb.after_backward())

    def after_step(self):
        return self._unanimous(lambda cb: cb.after_step())

    def begin_validate(self):
        self.in_train = False
        self.learn.model.eval()
        return self._unanimous(lambda cb: cb.begin_validate())

    def after_epoch(self):
        return self._unanimous(lambda cb: cb.after_epoch())

    def after_fit(self):
        with ExitStack() as stack:
            # the stack unwinds backwards: first in the list, last on the stack
            for cb in reversed(self.cbs):
                stack.callback(cb.after_fit)

    def do_stop(self):
        with ExitStack() as stack:
            stack.callback(setattr, self.learn, "stop", False)
            return self.learn.stop


@contextmanager
def _fitting(learn, cb):
    with ExitStack() as stack:
        stack.callback(cb.after_fit)
        yield cb.begin_fit(learn)


def one_batch(xb, yb, cb):
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
    with torch.set_grad_enabled(cb.in_train):
        for xb, yb in dl:
            one_batch(xb, yb, cb)
            if cb.do_stop():
                return


def fit(epochs, learn, cb):
    with _fitting(learn, cb) as allowed:
        for epoch in range(epochs if allowed else 0):
            if not cb.begin_epoch(epoch):
                continue
            all_batches(learn.data.train_dl, cb)
            if cb.begin_validate():
                all_batches(learn.data.valid_dl, cb)
            if not cb.after_epoch():
                return
