"""Straight down: every landmark spelt out with its own loop that returns at the first refusal."""

import torch


class DataBunch:
    def __init__(self, train_dl, valid_dl, c=None):
        self.train_dl = train_dl
        self.valid_dl = valid_dl
        self.c = c

    @property
    def train_ds(self):
        return self.train_dl.dataset

    @property
    def valid_ds(self):
        return self.valid_dl.dataset


class Learner:
    def __init__(self, model, opt, loss_func, data):
        self.model = model
        self.opt = opt
        self.loss_func = loss_func
        self.data = data
        self.stop = False


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
        self.cbs = [] if cbs is None else list(cbs)
        self.in_train = False

    def begin_fit(self, learn):
        self.learn = learn
        self.learn.stop = False
        self.in_train = True
        for cb in self.cbs:
            if not cb.begin_fit(learn):
                return False
        return True

    def begin_epoch(self, epoch):
        self.in_train = True
        self.learn.model.train()
        for cb in self.cbs:
            if not cb.begin_epoch(epoch):
                return False
        return True

    def begin_batch(self, xb, yb):
        for cb in self.cbs:
            if not cb.begin_batch(xb, yb):
                return False
        return True

    def after_loss(self, loss):
        if not self.in_train:
            return False
        for cb in self.cbs:
            if not cb.after_loss(loss):
                return False
        return True

    def after_backward(self):
        for cb in self.cbs:
            if not cb.after_backward():
                return False
        return True

    def after_step(self):
        for cb in self.cbs:
            if not cb.after_step():
                return False
        return True

    def begin_validate(self):
        self.in_train = False
        self.learn.model.eval()
        for cb in self.cbs:
            if not cb.begin_validate():
                return False
        return True

    def after_epoch(self):
        for cb in self.cbs:
            if not cb.after_epoch():
                return False
        return True

    def after_fit(self):
        content = True
        for cb in self.cbs:
            if not cb.after_fit():
                content = False
        return content

    def do_stop(self):
        stop = self.learn.stop
        self.learn.stop = False
        return stop


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
    for xb, yb in dl:
        one_batch(xb, yb, cb)
        if cb.do_stop():
            break


def fit(epochs, learn, cb):
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
