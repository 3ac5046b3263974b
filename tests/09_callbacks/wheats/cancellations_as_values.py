"""Cancellations are caught where they are raised, and handed upwards as values; outer ones close the inner scopes."""

import math
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
    _learner = None

    @property
    def learn(self):
        return self._learner

    @learn.setter
    def learn(self, learner):
        self._learner = learner

    def __getattr__(self, name):
        if self._learner is None:
            raise AttributeError(f"no {name!r} in {type(self).__name__}, which has not met a learner")
        return getattr(self._learner, name)


def sort_callbacks(cbs):
    """Count for each how many it waits for; whoever waits for nobody goes, and the others wait for one less."""
    cbs = list(cbs)
    followers = {i: [] for i in range(len(cbs))}
    waiting = dict.fromkeys(followers, 0)

    def edge(i, j):
        if i != j:
            followers[i].append(j)
            waiting[j] += 1

    for i, cb in enumerate(cbs):
        for j, other in enumerate(cbs):
            if isinstance(other, _classes(cb.run_before)):
                edge(i, j)
            if isinstance(other, _classes(cb.run_after)):
                edge(j, i)
    order = []
    while waiting:
        free = [i for i, n in waiting.items() if n == 0]
        if not free:
            raise ValueError(
                "callbacks wait for each other: " + ", ".join(type(cbs[i]).__name__ for i in waiting)
            )
        order.append(cbs[free[0]])
        del waiting[free[0]]
        for j in followers[free[0]]:
            waiting[j] -= 1
    return order


def _classes(wanted):
    return wanted if isinstance(wanted, type) else tuple(wanted)


class Learner:
    def __init__(self, dls, model, loss_func, opt_func, lr, cbs=None, metrics=None):
        self.dls, self.model, self.loss_func, self.opt_func, self.lr = dls, model, loss_func, opt_func, lr
        self.opt, self.metrics, self.recorder = None, tuple(metrics or ()), Recorder()
        self.cbs = []
        self.add_cbs((TrainEvalCallback(), self.recorder, *(cbs or ())))

    def add_cbs(self, cbs):
        cbs = list(cbs)
        for cb in cbs:
            cb.learn = self
        self.cbs = sort_callbacks([*self.cbs, *cbs])

    def remove_cbs(self, cbs):
        cbs = list(cbs)
        self.cbs = [cb for cb in self.cbs if not any(cb is gone for gone in cbs)]

    def __call__(self, name):
        for cb in self.cbs:
            method = getattr(cb, name, None)
            if method is not None:
                method()

    @property
    def x(self):
        return self.xb[0] if len(self.xb) == 1 else self.xb

    @property
    def y(self):
        return self.yb[0] if len(self.yb) == 1 else self.yb

    def fit(self, n_epoch):
        if self.opt is None:
            self.opt = self.opt_func(self.model.parameters(), lr=self.lr)
        self.n_epoch = n_epoch
        stop = self._scope("fit", CancelFitException, self._epochs)
        if stop is not None:
            raise stop

    # The methods below return the cancellation that is under way, or None.

    def _try(self, do, *args):
        try:
            do(*args)
        except CANCELLATIONS as stop:
            return stop
        return None

    def _scope(self, name, own, body, *args):
        stop = self._try(self, f"before_{name}")
        if stop is None:
            stop = body(*args)
        if isinstance(stop, own):
            stop = self._try(self, f"after_cancel_{name}")
        late = self._try(self, f"after_{name}")
        return stop if late is None else late

    def _epochs(self):
        for self.epoch in range(self.n_epoch):
            stop = self._scope("epoch", CancelEpochException, self._phases)
            if stop is not None:
                return stop
        return None

    def _phases(self):
        stop = self._scope("train", CancelTrainException, self._batches, self.dls.train)
        if stop is not None:
            return stop
        with torch.no_grad():
            return self._scope("validate", CancelValidException, self._batches, self.dls.valid)

    def _batches(self, dl):
        self.dl, self.n_iter = dl, len(dl)
        for self.iter, (xb, yb) in enumerate(dl):
            self.xb = tuple(xb) if isinstance(xb, (list, tuple)) else (xb,)
            self.yb = tuple(yb) if isinstance(yb, (list, tuple)) else (yb,)
            self.pred = self.loss = None
            stop = self._scope("batch", CancelBatchException, self._batch)
            if stop is not None:
                return stop
        return None

    def _batch(self):
        steps = [self._predict, "after_pred", self._lose, "after_loss"]
        if self.training:
            steps += [self._backward, "after_backward", self._step, "after_step", self._zero]
        for step in steps:
            stop = self._try(self, step) if isinstance(step, str) else self._try(step)
            if stop is not None:
                return stop
        return None

    def _predict(self):
        self.pred = self.model(*self.xb)

    def _lose(self):
        self.loss = self.loss_func(self.pred, *self.yb)

    def _backward(self):
        self.loss.backward()

    def _step(self):
        self.opt.step()

    def _zero(self):
        self.opt.zero_grad()


class TrainEvalCallback(Callback):
    def before_fit(self):
        self.learn.train_iter = 0
        self.learn.pct_train = 0.0

    def before_train(self):
        self.learn.pct_train = self.epoch / self.n_epoch
        self.learn.training = True
        self.model.train()

    def before_validate(self):
        self.learn.training = False
        self.model.train(False)

    def after_batch(self):
        if self.training:
            self.learn.train_iter += 1
            self.learn.pct_train += (1 / self.n_epoch) * (1 / self.n_iter)


class Recorder(Callback):
    run_after = TrainEvalCallback

    def __init__(self, beta=0.98):
        self.beta = beta

    def before_fit(self):
        self.values, self.average, self.missing = [], 0.0, 1.0
        self.before_epoch()

    def before_epoch(self):
        self.sums = {}

    def _note(self, key, value):
        total, items = self.sums.get(key, (0.0, 0))
        n = len(self.xb[0])
        self.sums[key] = total + float(value) * n, items + n

    def after_batch(self):
        if self.loss is None:
            return
        loss = self.loss.detach()
        self._note("train" if self.training else "valid", loss)
        if not self.training:
            for i, metric in enumerate(self.metrics):
                self._note(i, metric(self.pred, *self.yb))
            return
        self.average = self.beta * self.average + (1 - self.beta) * float(loss)
        self.missing *= self.beta  # the weight that the average gives to the nothing at its start
        self.learn.smooth_loss = self.average / (1 - self.missing)

    def after_epoch(self):
        keys = ["train", "valid", *range(len(self.metrics))]
        sums = [self.sums.get(key, (math.nan, 1)) for key in keys]
        self.values.append([total / items for total, items in sums])


class ModelResetter(Callback):
    def before_train(self):
        self.model.reset()

    def before_validate(self):
        self.model.reset()


class RNNRegularizer(Callback):
    def __init__(self, alpha=0.0, beta=0.0):
        self.alpha, self.beta = alpha, beta

    def after_pred(self):
        out, raw_outputs, outputs = self.pred
        self.learn.pred = out
        self.h, self.d = raw_outputs[-1], outputs[-1]

    def after_loss(self):
        if self.training:
            self.learn.loss = self.loss + self.alpha * (self.d * self.d).sum() / self.d.numel()
            batch, time, features = self.h.shape
            if time > 1:
                rough = (self.h[:, 1:] - self.h[:, :-1]).square().sum() / (batch * (time - 1) * features)
                self.learn.loss = self.loss + self.beta * rough


class TerminateOnNaN(Callback):
    run_before = Recorder

    def after_batch(self):
        if self.loss is not None and not math.isfinite(self.loss.item()):
            raise CancelFitException("the loss is no number any more")


class GradientClip(Callback):
    def __init__(self, max_norm):
        self.max_norm = max_norm

    def after_backward(self):
        grads = [p.grad for p in self.model.parameters() if p.grad is not None]
        norm = torch.nn.utils.parameters_to_vector(grads).norm().item()
        factor = min(1.0, self.max_norm / norm) if norm else 1.0
        for g in grads:
            g.mul_(factor)


class ParamScheduler(Callback):
    run_after = TrainEvalCallback

    def __init__(self, scheds):
        self.scheds = scheds

    def before_batch(self):
        if self.training:
            groups = self.opt.hypers if hasattr(self.opt, "hypers") else self.opt.param_groups
            for name, sched in self.scheds.items():
                for group in groups:
                    group[name] = sched(self.pct_train)


def fit_one_cycle(learn, n_epoch, lr_max, moms=(0.95, 0.85, 0.95)):
    """The height of the cycle is one function from 0 to 1, and lr and momentum are read from it."""

    def height(pct):
        angle = pct / 0.25 if pct < 0.25 else 1 + (pct - 0.25) / 0.75
        return (1 - math.cos(math.pi * angle)) / 2

    def lr(pct):
        low = lr_max / 25 if pct < 0.25 else lr_max / 1e5
        return low + (lr_max - low) * height(pct)

    def mom(pct):
        rest = moms[0] if pct < 0.25 else moms[2]
        return rest + (moms[1] - rest) * height(pct)

    scheduler = ParamScheduler({"lr": lr, "mom": mom})
    learn.add_cbs([scheduler])
    try:
        learn.fit(n_epoch)
    finally:
        learn.remove_cbs([scheduler])
