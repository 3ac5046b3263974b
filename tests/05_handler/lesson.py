"""The unit as the lesson solves it: answers joined with `and`, the loop in three functions that hand cb on.

Nothing differs: an epoch whose validation was refused ends without do_stop and after_epoch, as the lesson prints it.
"""

import torch


class DataBunch:
    def __init__(self, train_dl, valid_dl, c=None):
        self.train_dl, self.valid_dl, self.c = train_dl, valid_dl, c

    @property
    def train_ds(self):
        return self.train_dl.dataset

    @property
    def valid_ds(self):
        return self.valid_dl.dataset


class Learner:
    def __init__(self, model, opt, loss_func, data):
        self.model, self.opt, self.loss_func, self.data = model, opt, loss_func, data


class Callback:
    def begin_fit(self, learn):
        self.learn = learn
        return True

    def after_fit(self):
        return True

    def begin_epoch(self, epoch):
        self.epoch = epoch
        return True

    def begin_validate(self):
        return True

    def after_epoch(self):
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


class CallbackHandler:
    def __init__(self, cbs=None):
        self.cbs = cbs if cbs else []

    def begin_fit(self, learn):
        self.learn = learn
        self.in_train = True
        learn.stop = False
        go_on = True
        for c in self.cbs:
            go_on = go_on and c.begin_fit(learn)
        return go_on

    def after_fit(self):
        go_on = not self.in_train
        for c in self.cbs:
            go_on = go_on and c.after_fit()
        return go_on

    def begin_epoch(self, epoch):
        self.learn.model.train()
        self.in_train = True
        go_on = True
        for c in self.cbs:
            go_on = go_on and c.begin_epoch(epoch)
        return go_on

    def begin_validate(self):
        self.learn.model.eval()
        self.in_train = False
        go_on = True
        for c in self.cbs:
            go_on = go_on and c.begin_validate()
        return go_on

    def after_epoch(self):
        go_on = True
        for c in self.cbs:
            go_on = go_on and c.after_epoch()
        return go_on

    def begin_batch(self, xb, yb):
        go_on = True
        for c in self.cbs:
            go_on = go_on and c.begin_batch(xb, yb)
        return go_on

    def after_loss(self, loss):
        go_on = self.in_train
        for c in self.cbs:
            go_on = go_on and c.after_loss(loss)
        return go_on

    def after_backward(self):
        go_on = True
        for c in self.cbs:
            go_on = go_on and c.after_backward()
        return go_on

    def after_step(self):
        go_on = True
        for c in self.cbs:
            go_on = go_on and c.after_step()
        return go_on

    def do_stop(self):
        try:
            return self.learn.stop
        finally:
            self.learn.stop = False


def one_batch(xb, yb, cb):
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
    for xb, yb in dl:
        one_batch(xb, yb, cb)
        if cb.do_stop():
            return


def fit(epochs, learn, cb):
    if not cb.begin_fit(learn):
        return
    for epoch in range(epochs):
        if not cb.begin_epoch(epoch):
            continue
        all_batches(learn.data.train_dl, cb)
        if cb.begin_validate():
            with torch.no_grad():
                all_batches(learn.data.valid_dl, cb)
            if cb.do_stop() or not cb.after_epoch():
                break
    cb.after_fit()
