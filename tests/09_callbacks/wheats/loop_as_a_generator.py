"""The loop is a generator of things to do; a driver does them and throws cancellations back in; order by insertion."""

import math
from functools import partial
from types import SimpleNamespace

import torch

EVENTS = (
    "before_fit",
    "before_epoch",
    "before_train",
    "before_batch",
    "after_pred",
    "after_loss",
    "after_backward",
    "after_step",
    "after_cancel_batch",
    "after_batch",
    "after_cancel_train",
    "after_train",
    "before_validate",
    "after_cancel_validate",
    "after_validate",
    "after_cancel_epoch",
    "after_epoch",
    "after_cancel_fit",
    "after_fit",
)
event = SimpleNamespace(**{name: name for name in EVENTS})


class CancelBatchException(Exception):
    """Skip the rest of this batch."""


class CancelTrainException(Exception):
    """Skip the rest of this epoch's training."""


class CancelValidException(Exception):
    """Skip the rest of this epoch's validation."""


class CancelEpochException(Exception):
    """Skip the rest of this epoch."""


class CancelFitException(Exception):
    """Skip the rest of the fit."""


CANCELLATIONS = (
    CancelBatchException,
    CancelTrainException,
    CancelValidException,
    CancelEpochException,
    CancelFitException,
)


class Callback:
    run_before = ()
    run_after = ()

    def __getattr__(self, name):
        learn = vars(self).get("learn")
        if learn is None:
            raise AttributeError(name)
        return getattr(learn, name)


def sort_callbacks(cbs):
    """Close the relation over chains, then put each callback before the first one that has to come after it."""

    def meant(cb, wanted):
        return isinstance(cb, tuple(wanted) if isinstance(wanted, (tuple, list, set)) else wanted)

    cbs = list(cbs)
    n = range(len(cbs))
    first = [
        [i != j and (meant(cbs[j], cbs[i].run_before) or meant(cbs[i], cbs[j].run_after)) for j in n]
        for i in n
    ]
    for k in n:
        for i in n:
            for j in n:
                first[i][j] = first[i][j] or (first[i][k] and first[k][j])
    circle = [type(cbs[i]).__name__ for i in n if first[i][i]]
    if circle:
        raise ValueError("no order keeps run_before and run_after of " + " and ".join(circle))
    order = []
    for i in n:
        place = next((p for p, j in enumerate(order) if first[i][j]), len(order))
        order.insert(place, i)
    return [cbs[i] for i in order]


class Learner:
    """Each fit has an optimizer of its own."""

    def __init__(self, dls, model, loss_func, opt_func, lr, cbs=None, metrics=None):
        self.dls, self.model, self.loss_func, self.opt_func, self.lr = dls, model, loss_func, opt_func, lr
        self.metrics = list(metrics or ())
        self.recorder = Recorder()
        self.cbs, self.opt = [], None
        self.add_cbs([TrainEvalCallback(), self.recorder, *(cbs or ())])

    def add_cbs(self, cbs):
        new = list(cbs)
        self.cbs = sort_callbacks(self.cbs + new)
        for cb in new:
            cb.learn = self

    def remove_cbs(self, cbs):
        for cb in cbs:
            self.cbs = [other for other in self.cbs if other is not cb]

    def __call__(self, name):
        for cb in self.cbs:
            do = getattr(cb, name, None)
            if do:
                do()

    @property
    def x(self):
        first, *others = self.xb
        return self.xb if others else first

    @property
    def y(self):
        first, *others = self.yb
        return self.yb if others else first

    def fit(self, n_epoch):
        self.n_epoch = n_epoch
        self.opt = self.opt_func(self.model.parameters(), lr=self.lr)
        todo = self._scope("fit", CancelFitException, self._epochs())
        cancellation = None
        try:
            while True:
                try:
                    do = next(todo) if cancellation is None else todo.throw(cancellation)
                except StopIteration:
                    return
                cancellation = None
                try:
                    do()
                except CANCELLATIONS as caught:
                    cancellation = caught
        finally:
            todo.close()  # leaves no_grad, too, wherever the loop stands

    def _tell(self, name):
        return partial(self, name)

    def _scope(self, name, own, body):
        try:
            yield self._tell("before_" + name)
            yield from body
        except own:
            yield self._tell("after_cancel_" + name)
        yield self._tell("after_" + name)

    def _epochs(self):
        for self.epoch in range(self.n_epoch):
            yield from self._scope("epoch", CancelEpochException, self._phases())

    def _phases(self):
        yield from self._scope("train", CancelTrainException, self._batches(self.dls.train, self._learn_from))
        with torch.no_grad():
            yield from self._scope(
                "validate", CancelValidException, self._batches(self.dls.valid, self._judge)
            )

    def _batches(self, dl, steps):
        self.dl, self.n_iter = dl, len(dl)
        for self.iter, (xb, yb) in enumerate(dl):
            self.xb, self.yb = (tuple(o) if isinstance(o, (list, tuple)) else (o,) for o in (xb, yb))
            self.pred = self.loss = None
            yield from self._scope("batch", CancelBatchException, steps())

    def _judge(self):
        yield self._predict
        yield self._tell("after_pred")
        yield self._lose
        yield self._tell("after_loss")

    def _learn_from(self):
        yield from self._judge()
        yield lambda: self.loss.backward()
        yield self._tell("after_backward")
        yield lambda: self.opt.step()
        yield self._tell("after_step")
        yield lambda: self.opt.zero_grad()

    def _predict(self):
        self.pred = self.model(*self.xb)

    def _lose(self):
        self.loss = self.loss_func(self.pred, *self.yb)


class TrainEvalCallback(Callback):
    def before_fit(self):
        self.learn.train_iter = 0
        self.learn.pct_train = 0.0

    def before_train(self):
        self.learn.training = True
        self.learn.pct_train = self.epoch / self.n_epoch
        self.model.train()

    def before_validate(self):
        self.learn.training = False
        self.model.eval()

    def after_batch(self):
        learn = self.learn
        if learn.training:
            learn.train_iter += 1
            learn.pct_train = min(
                1.0, (learn.epoch * learn.n_iter + learn.iter + 1) / (learn.n_epoch * learn.n_iter)
            )


def running_mean():
    """A coroutine: send (value, weight), receive the mean so far."""
    total = weight = 0.0
    mean = math.nan
    while True:
        value, w = yield mean
        total, weight = total + value * w, weight + w
        mean = total / weight


def debiased(beta):
    """A coroutine: send a value, receive the exponential average of all, which starts as if nothing had been before."""
    total = weight = 0.0
    average = math.nan
    while True:
        value = yield average
        total, weight = beta * total + value, beta * weight + 1
        average = total / weight


def started(generator):
    next(generator)
    return generator


class Recorder(Callback):
    run_after = TrainEvalCallback

    def __init__(self, beta=0.98):
        self.beta = beta

    def before_fit(self):
        self.values, self.smoother = [], started(debiased(self.beta))
        self.before_epoch()

    def before_epoch(self):
        width = 2 + len(self.metrics)
        self.row = [math.nan] * width
        self.means = [started(running_mean()) for _ in range(width)]

    def after_batch(self):
        if self.loss is None:
            return
        loss = float(self.loss.detach())
        if self.training:
            self.learn.smooth_loss = self.smoother.send(loss)
            news = {0: loss}
        else:
            news = {1: loss}
            news.update((i, float(metric(self.pred, *self.yb))) for i, metric in enumerate(self.metrics, 2))
        for i, value in news.items():
            self.row[i] = self.means[i].send((value, len(self.xb[0])))

    def after_epoch(self):
        self.values.append(tuple(self.row))


class ModelResetter(Callback):
    def _reset(self):
        self.model.reset()

    before_train = before_validate = _reset


class RNNRegularizer(Callback):
    def __init__(self, alpha=0.0, beta=0.0):
        self.alpha, self.beta = alpha, beta

    def after_pred(self):
        self.learn.pred, self.raw, self.dropped = self.pred

    def after_loss(self):
        if self.training:
            self.learn.loss = sum(self._terms(), start=self.loss)

    def _terms(self):
        yield self.alpha * self.dropped[-1].pow(2).mean()
        h = self.raw[-1]
        if h.shape[1] > 1:
            yield self.beta * (h.narrow(1, 1, h.shape[1] - 1) - h.narrow(1, 0, h.shape[1] - 1)).pow(2).mean()


class TerminateOnNaN(Callback):
    run_before = Recorder

    def after_batch(self):
        if self.loss is not None and not abs(float(self.loss.detach())) < math.inf:
            raise CancelFitException


class GradientClip(Callback):
    def __init__(self, max_norm):
        self.max_norm = max_norm

    def after_backward(self):
        with torch.no_grad():
            grads = [p.grad for p in self.model.parameters() if p.grad is not None]
            norm = torch.stack([g.norm() for g in grads]).norm()
            factor = (self.max_norm / norm).clamp(max=1.0)
            for g in grads:
                g.mul_(factor)


class ParamScheduler(Callback):
    run_after = TrainEvalCallback

    def __init__(self, scheds):
        self.scheds = scheds

    def before_batch(self):
        if self.training:
            groups = self.opt.hypers if hasattr(self.opt, "hypers") else self.opt.param_groups
            for group in groups:
                group.update((name, sched(self.pct_train)) for name, sched in self.scheds.items())


def fit_one_cycle(learn, n_epoch, lr_max, moms=(0.95, 0.85, 0.95)):
    def glide(a, b, pos):
        return a + (b - a) * math.sin(math.pi * pos / 2) ** 2

    def cycle(a, b, c):
        return lambda p: glide(a, b, p / 0.25) if p < 0.25 else glide(b, c, (p - 0.25) / 0.75)

    scheduler = ParamScheduler({"lr": cycle(0.04 * lr_max, lr_max, 4e-6 * lr_max), "mom": cycle(*moms)})
    learn.add_cbs([scheduler])
    try:
        learn.fit(n_epoch)
    finally:
        learn.remove_cbs([scheduler])
