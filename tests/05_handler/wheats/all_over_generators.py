"""Answers joined by all() over a generator; dataclasses hold the parts; validation asks after_loss too."""

from dataclasses import dataclass
from typing import Any

import torch


@dataclass(eq=False)
class DataBunch:
    train_dl: Any
    valid_dl: Any
    c: Any = None

    @property
    def train_ds(self):
        return self.train_dl.dataset

    @property
    def valid_ds(self):
        return self.valid_dl.dataset


@dataclass(eq=False)
class Learner:
    model: Any
    opt: Any
    loss_func: Any
    data: Any
    stop: bool = False


class Callback:
    learn = epoch = xb = yb = loss = None

    def _yes(self):
        return True

    after_backward = after_step = begin_validate = after_epoch = after_fit = _yes

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


class CallbackHandler:
    def __init__(self, cbs=None):
        self.cbs = list(cbs or [])

    def begin_fit(self, learn):
        self.learn = learn
        self.in_train = True
        learn.stop = False
        return all(cb.begin_fit(learn) for cb in self.cbs)

    def begin_epoch(self, epoch):
        self.learn.model.train()
        self.in_train = True
        return all(cb.begin_epoch(epoch) for cb in self.cbs)

    def begin_batch(self, xb, yb):
        return all(cb.begin_batch(xb, yb) for cb in self.cbs)

    def after_loss(self, loss):
        return all(cb.after_loss(loss) for cb in self.cbs) and self.in_train

    def after_backward(self):
        return all(cb.after_backward() for cb in self.cbs)

    def after_step(self):
        return all(cb.after_step() for cb in self.cbs)

    def begin_validate(self):
        self.learn.model.eval()
        self.in_train = False
        return all(cb.begin_validate() for cb in self.cbs)

    def after_epoch(self):
        return all(cb.after_epoch() for cb in self.cbs)

    def after_fit(self):
        # a list, not a generator: nobody's answer may keep the others from being told
        return all([cb.after_fit() for cb in self.cbs])

    def do_stop(self):
        try:
            return self.learn.stop
        finally:
            self.learn.stop = False


def one_batch(xb, yb, cb):
    with torch.set_grad_enabled(cb.in_train):
        if not cb.begin_batch(xb, yb):
            return
        loss = cb.learn.loss_func(cb.learn.model(xb), yb)
        if not cb.after_loss(loss):
            return
        loss.backward()
        if cb.after_backward():
            cb.learn.opt.step()
        if cb.after_step():
            cb.learn.opt.zero_grad()


def all_batches(dl, cb):
    def stopped():
        for xb, yb in dl:
            one_batch(xb, yb, cb)
            yield cb.do_stop()

    any(stopped())


def _epochs(epochs, learn, cb):
    for epoch in range(epochs):
        if cb.begin_epoch(epoch):
            all_batches(learn.data.train_dl, cb)
            if cb.begin_validate():
                all_batches(learn.data.valid_dl, cb)
            yield cb.after_epoch()


def fit(epochs, learn, cb):
    try:
        _ = cb.begin_fit(learn) and all(_epochs(epochs, learn, cb))
    finally:
        cb.after_fit()
