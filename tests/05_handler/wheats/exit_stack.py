"""ExitStack, while loops, lists as answers; validation is skipped after a stop; eval mode after every fit."""

from contextlib import ExitStack
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


class Callback:
    def begin_fit(self, learn):
        self.learn = learn
        return True

    def begin_epoch(self, epoch):
        self.epoch = epoch
        return True

    def begin_batch(self, xb, yb):
        self.xb = xb
        self.yb = yb
        return True

    def after_loss(self, loss):
        self.loss = loss
        return True

    def after_backward(self):
        return True

    after_step = begin_validate = after_epoch = after_fit = after_backward


class CallbackHandler:
    def __init__(self, cbs=None):
        self.cbs = []
        if cbs is not None:
            self.cbs.extend(cbs)

    def _ask(self, landmark, *args):
        """A full list for yes, an empty one for no."""
        i = 0
        while i < len(self.cbs):
            answer = getattr(self.cbs[i], landmark)(*args)
            if not answer:
                return []
            i += 1
        return ["yes"]

    def begin_fit(self, learn):
        self.learn, self.in_train = learn, True
        self.learn.stop = False
        return self._ask("begin_fit", learn)

    def begin_epoch(self, epoch):
        answer = self._ask("begin_epoch", epoch)
        self.in_train = True
        self.learn.model.train()
        return answer

    def begin_batch(self, xb, yb):
        return self._ask("begin_batch", xb, yb)

    def after_loss(self, loss):
        answer = self._ask("after_loss", loss)
        if not self.in_train:
            return []
        return answer

    def after_backward(self):
        return self._ask("after_backward")

    def after_step(self):
        return self._ask("after_step")

    def begin_validate(self):
        answer = self._ask("begin_validate")
        self.in_train = False
        self.learn.model.eval()
        return answer

    def after_epoch(self):
        return self._ask("after_epoch")

    def after_fit(self):
        ok = ["yes"]
        for cb in self.cbs:
            if not cb.after_fit():
                ok = []
        return ok

    def do_stop(self):
        if self.learn.stop:
            self.learn.stop = False
            return ["stop"]
        return []


def one_batch(xb, yb, cb):
    model, opt, loss_func = cb.learn.model, cb.learn.opt, cb.learn.loss_func
    if not cb.begin_batch(xb, yb):
        return
    pred = model(xb)
    loss = loss_func(pred, yb)
    if not cb.after_loss(loss):
        return
    loss.backward()
    may_step = cb.after_backward()
    if may_step:
        opt.step()
    may_clear = cb.after_step()
    if may_clear:
        opt.zero_grad()


def all_batches(dl, cb):
    """Return whether a stop ended the loop."""
    batches = iter(dl)
    while True:
        try:
            xb, yb = next(batches)
        except StopIteration:
            return False
        one_batch(xb, yb, cb)
        if cb.do_stop():
            return True


def fit(epochs, learn, cb):
    with ExitStack() as at_the_end:
        at_the_end.callback(learn.model.eval)
        at_the_end.callback(cb.after_fit)
        if not cb.begin_fit(learn):
            return
        for epoch in range(epochs):
            if not cb.begin_epoch(epoch):
                continue
            stopped = all_batches(learn.data.train_dl, cb)
            if not stopped and cb.begin_validate():
                with torch.no_grad():
                    all_batches(learn.data.valid_dl, cb)
            if not cb.after_epoch():
                return
