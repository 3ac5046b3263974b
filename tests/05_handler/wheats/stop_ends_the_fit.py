"""Landmarks of the handler are made on demand by __getattr__; a stop in training lets no further epoch start."""

from functools import partial, reduce

import torch

_NAMES = "begin_fit begin_epoch begin_batch after_loss after_backward after_step begin_validate after_epoch after_fit"
LANDMARKS = frozenset(_NAMES.split())


class DataBunch:
    def __init__(self, train_dl, valid_dl, c=None):
        self.train_dl, self.valid_dl, self.c = train_dl, valid_dl, c

    train_ds = property(lambda self: self.train_dl.dataset)
    valid_ds = property(lambda self: self.valid_dl.dataset)


class Learner:
    def __init__(self, model, opt, loss_func, data):
        self.data = data
        self.loss_func = loss_func
        self.opt = opt
        self.model = model


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
    in_train = False

    def __init__(self, cbs=None):
        self.cbs = list(cbs) if cbs else []

    def __getattr__(self, name):
        if name not in LANDMARKS:
            raise AttributeError(f"a CallbackHandler has no {name!r}")
        return partial(self._ask, name)

    def _ask(self, landmark, *args):
        if landmark == "begin_fit":
            (self.learn,) = args
            self.in_train, self.learn.stop = True, False
        elif landmark in ("begin_epoch", "begin_validate"):
            self.in_train = landmark == "begin_epoch"
            self.learn.model.train(self.in_train)
        if landmark == "after_fit":
            for cb in self.cbs:
                cb.after_fit()
            return True
        start = self.in_train if landmark == "after_loss" else True
        return reduce(lambda going, cb: going and getattr(cb, landmark)(*args), self.cbs, start)

    def do_stop(self):
        stop = self.learn.stop
        self.learn.stop = False
        return stop


def one_batch(xb, yb, cb):
    if not cb.begin_batch(xb, yb):
        return
    pred = cb.learn.model(xb)
    loss = cb.learn.loss_func(pred, yb)
    if not cb.after_loss(loss):
        return
    loss.backward()
    if cb.after_backward():
        cb.learn.opt.step()
    if cb.after_step():
        cb.learn.opt.zero_grad()


def all_batches(dl, cb):
    """Returns whether a callback stopped the pass."""
    for xb, yb in dl:
        one_batch(xb, yb, cb)
        if cb.do_stop():
            return True
    return False


def fit(epochs, learn, cb):
    try:
        stopped = not cb.begin_fit(learn)
        for epoch in range(epochs):
            if stopped:
                break
            if not cb.begin_epoch(epoch):
                continue
            stopped = all_batches(learn.data.train_dl, cb)
            if cb.begin_validate():
                with torch.no_grad():
                    all_batches(learn.data.valid_dl, cb)
            stopped = not cb.after_epoch() or stopped
    finally:
        cb.after_fit()
