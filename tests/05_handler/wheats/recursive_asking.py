"""Callbacks are a chain: each link asks its own callback, then hands the question on to the next link."""

import torch


class DataBunch:
    __slots__ = ("train_dl", "valid_dl", "c")

    def __init__(self, train_dl, valid_dl, c=None):
        for slot, value in zip(self.__slots__, (train_dl, valid_dl, c), strict=True):
            setattr(self, slot, value)

    @property
    def train_ds(self):
        return self.train_dl.dataset

    @property
    def valid_ds(self):
        return self.valid_dl.dataset


class Learner:
    __slots__ = ("model", "opt", "loss_func", "data", "stop", "__dict__")

    def __init__(self, model, opt, loss_func, data):
        self.model, self.opt, self.loss_func, self.data, self.stop = model, opt, loss_func, data, False


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


class _End:
    """The last link, which has nothing against going on."""

    def ask(self, landmark, args):
        return True

    def tell(self, landmark, args):
        return None


class _Link:
    def __init__(self, cb, rest):
        self.cb, self.rest = cb, rest

    def ask(self, landmark, args):
        return bool(getattr(self.cb, landmark)(*args)) and self.rest.ask(landmark, args)

    def tell(self, landmark, args):
        try:
            getattr(self.cb, landmark)(*args)
        finally:
            self.rest.tell(landmark, args)


def _chain(cbs):
    return _Link(cbs[0], _chain(cbs[1:])) if cbs else _End()


class CallbackHandler:
    def __init__(self, cbs=None):
        self.cbs = list(cbs) if cbs is not None else []
        self._first = _chain(self.cbs)

    def _enter(self, training):
        self.in_train = training
        self.learn.model.train(training)

    def begin_fit(self, learn):
        self.learn, self.in_train = learn, True
        self.learn.stop = False
        return self._first.ask("begin_fit", (learn,))

    def begin_epoch(self, epoch):
        self._enter(True)
        return self._first.ask("begin_epoch", (epoch,))

    def begin_batch(self, xb, yb):
        return self._first.ask("begin_batch", (xb, yb))

    def after_loss(self, loss):
        return self._first.ask("after_loss", (loss,)) if self.in_train else False

    def after_backward(self):
        return self._first.ask("after_backward", ())

    def after_step(self):
        return self._first.ask("after_step", ())

    def begin_validate(self):
        self._enter(False)
        return self._first.ask("begin_validate", ())

    def after_epoch(self):
        return self._first.ask("after_epoch", ())

    def after_fit(self):
        self._first.tell("after_fit", ())

    def do_stop(self):
        if not self.learn.stop:
            return False
        self.learn.stop = False
        return True


def one_batch(xb, yb, cb):
    learn = cb.learn
    if cb.begin_batch(xb, yb):
        loss = learn.loss_func(learn.model(xb), yb)
        if cb.after_loss(loss):
            loss.backward()
            if cb.after_backward():
                learn.opt.step()
            if cb.after_step():
                learn.opt.zero_grad()


def all_batches(dl, cb):
    batches = iter(dl)
    done = False
    while not done:
        try:
            xb, yb = next(batches)
        except StopIteration:
            return
        one_batch(xb, yb, cb)
        done = cb.do_stop()


def _half(landmark, dl, cb):
    """One pass over a loader, if the landmark before it lets it begin."""
    if landmark():
        all_batches(dl, cb)


def fit(epochs, learn, cb):
    try:
        if cb.begin_fit(learn):
            for epoch in range(epochs):
                if cb.begin_epoch(epoch):
                    all_batches(learn.data.train_dl, cb)
                    with torch.no_grad():
                        _half(cb.begin_validate, learn.data.valid_dl, cb)
                    if not cb.after_epoch():
                        break
    finally:
        cb.after_fit()
