"""No landmark is written by hand: a table of names and arguments makes the methods of both classes."""

import torch

# what each landmark is told, under the names that the base callback keeps it by
LANDMARKS = {
    "begin_fit": ("learn",),
    "begin_epoch": ("epoch",),
    "begin_batch": ("xb", "yb"),
    "after_loss": ("loss",),
    "after_backward": (),
    "after_step": (),
    "begin_validate": (),
    "after_epoch": (),
    "after_fit": (),
}


class DataBunch:
    def __init__(self, train_dl, valid_dl, c=None):
        vars(self).update(train_dl=train_dl, valid_dl=valid_dl, c=c)

    train_ds = property(lambda self: self.train_dl.dataset)
    valid_ds = property(lambda self: self.valid_dl.dataset)


class Learner:
    def __init__(self, model, opt, loss_func, data):
        vars(self).update(model=model, opt=opt, loss_func=loss_func, data=data)


def _keeper(landmark, names):
    def method(self, *args):
        for name, value in zip(names, args, strict=True):
            setattr(self, name, value)
        return True

    method.__name__ = landmark
    return method


def _asker(landmark):
    def method(self, *args):
        prepare = PREPARE.get(landmark)
        if prepare is not None:
            prepare(self, *args)
        if landmark == "after_loss" and not self.in_train:
            return False
        for cb in self.cbs:
            answer = getattr(cb, landmark)(*args)
            if not answer and landmark != "after_fit":
                return False
        return True

    method.__name__ = landmark
    return method


def _start(handler, learn):
    handler.learn, handler.in_train, learn.stop = learn, True, False


def _phase(training):
    def prepare(handler, *args):
        handler.in_train = training
        handler.learn.model.train(training)

    return prepare


PREPARE = {"begin_fit": _start, "begin_epoch": _phase(True), "begin_validate": _phase(False)}

Callback = type("Callback", (), {name: _keeper(name, args) for name, args in LANDMARKS.items()})


class CallbackHandler:
    def __init__(self, cbs=()):
        self.cbs = tuple(cbs or ())

    def do_stop(self):
        stop, self.learn.stop = self.learn.stop, False
        return bool(stop)


for _name in LANDMARKS:
    setattr(CallbackHandler, _name, _asker(_name))


def one_batch(xb, yb, cb):
    if cb.begin_batch(xb, yb):
        loss = cb.learn.loss_func(cb.learn.model(xb), yb)
        if cb.after_loss(loss):
            loss.backward()
            for landmark, action in (("after_backward", "step"), ("after_step", "zero_grad")):
                if getattr(cb, landmark)():
                    getattr(cb.learn.opt, action)()


def all_batches(dl, cb):
    for batch in dl:
        one_batch(*batch, cb)
        if cb.do_stop():
            return


def fit(epochs, learn, cb):
    try:
        going = cb.begin_fit(learn)
        epoch = 0
        while going and epoch < epochs:
            if cb.begin_epoch(epoch):
                all_batches(learn.data.train_dl, cb)
                if cb.begin_validate():
                    with torch.no_grad():
                        all_batches(learn.data.valid_dl, cb)
                going = cb.after_epoch()
            epoch += 1
    finally:
        cb.after_fit()
