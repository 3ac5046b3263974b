"""A refusal is raised as a private exception and caught by the scope that it ends."""

import torch


class _Refused(Exception):
    """Someone answered no at a landmark."""


def _insist(answer):
    if not answer:
        raise _Refused


class DataBunch:
    def __init__(self, train_dl, valid_dl, c=None):
        self.train_dl, self.valid_dl, self.c = train_dl, valid_dl, c

    def __getattr__(self, name):
        if name in ("train_ds", "valid_ds"):
            return getattr(self, name[:-1] + "l").dataset
        raise AttributeError(name)


class Learner:
    stop = False

    def __init__(self, model, opt, loss_func, data):
        self.model, self.opt, self.loss_func, self.data = model, opt, loss_func, data


class Callback:
    def _keep(self, **told):
        self.__dict__.update(told)
        return True

    def begin_fit(self, learn):
        return self._keep(learn=learn)

    def begin_epoch(self, epoch):
        return self._keep(epoch=epoch)

    def begin_batch(self, xb, yb):
        return self._keep(xb=xb, yb=yb)

    def after_loss(self, loss):
        return self._keep(loss=loss)

    def after_backward(self):
        return self._keep()

    def after_step(self):
        return self._keep()

    def begin_validate(self):
        return self._keep()

    def after_epoch(self):
        return self._keep()

    def after_fit(self):
        return self._keep()


class CallbackHandler:
    def __init__(self, cbs=None):
        self.cbs = [*cbs] if cbs else []

    def _ask(self, landmark, *args):
        try:
            for cb in self.cbs:
                _insist(getattr(cb, landmark)(*args))
        except _Refused:
            return False
        return True

    def begin_fit(self, learn):
        self.learn, self.in_train = learn, True
        learn.stop = False
        return self._ask("begin_fit", learn)

    def begin_epoch(self, epoch):
        self.learn.model.train()
        self.in_train = True
        return self._ask("begin_epoch", epoch)

    def begin_batch(self, xb, yb):
        return self._ask("begin_batch", xb, yb)

    def after_loss(self, loss):
        return self.in_train and self._ask("after_loss", loss)

    def after_backward(self):
        return self._ask("after_backward")

    def after_step(self):
        return self._ask("after_step")

    def begin_validate(self):
        self.learn.model.eval()
        self.in_train = False
        return self._ask("begin_validate")

    def after_epoch(self):
        return self._ask("after_epoch")

    def after_fit(self):
        for cb in self.cbs:
            cb.after_fit()
        return True

    def do_stop(self):
        was, self.learn.stop = self.learn.stop, False
        return was


def one_batch(xb, yb, cb):
    learn = cb.learn
    try:
        _insist(cb.begin_batch(xb, yb))
        loss = learn.loss_func(learn.model(xb), yb)
        _insist(cb.after_loss(loss))
    except _Refused:
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
            return


def _validate(learn, cb):
    try:
        _insist(cb.begin_validate())
        with torch.no_grad():
            all_batches(learn.data.valid_dl, cb)
    except _Refused:
        pass


def _one_epoch(epoch, learn, cb):
    """Returns whether there may be another epoch."""
    try:
        _insist(cb.begin_epoch(epoch))
    except _Refused:
        return True
    all_batches(learn.data.train_dl, cb)
    _validate(learn, cb)
    return cb.after_epoch()


def fit(epochs, learn, cb):
    try:
        _insist(cb.begin_fit(learn))
        for epoch in range(epochs):
            _insist(_one_epoch(epoch, learn, cb))
    except _Refused:
        pass
    finally:
        cb.after_fit()
