"""Decorated methods: @scope wraps each part of the loop; outer cancellations close inner scopes, and listeners are looked up once."""

import functools
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


def scope(name, own):
    """A method as a scope of the loop: announced, cancelled by `own`, and closed unless a mistake ends it."""

    def decorate(method):
        @functools.wraps(method)
        def wrapped(self, *args):
            try:
                self("before_" + name)
                method(self, *args)
            except own:
                self("after_cancel_" + name)
            except CANCELLATIONS:
                self("after_" + name)
                raise
            self("after_" + name)

        return wrapped

    return decorate


def only_in(training):
    """A callback's method that is for training only, or for validation only."""

    def decorate(method):
        @functools.wraps(method)
        def wrapped(self):
            if bool(self.learn.training) is training:
                method(self)

        return wrapped

    return decorate


class Callback:
    run_before = ()
    run_after = ()

    def __getattr__(self, name):
        if name != "learn":
            return getattr(self.learn, name)
        raise AttributeError("this callback belongs to no learner yet")


def sort_callbacks(cbs):
    """Time and again the first of the remaining ones that follows none of them."""
    cbs = list(cbs)

    def follows(b, a):
        befores = a.run_before if isinstance(a.run_before, (list, tuple)) else (a.run_before,)
        afters = b.run_after if isinstance(b.run_after, (list, tuple)) else (b.run_after,)
        return a is not b and (isinstance(b, tuple(befores)) or isinstance(a, tuple(afters)))

    order = []
    remaining = dict(enumerate(cbs))
    while remaining:
        for i, cb in remaining.items():
            if not any(follows(cb, other) for other in remaining.values()):
                order.append(remaining.pop(i))
                break
        else:
            raise ValueError(
                f"run_before and run_after contradict each other: {list(map(repr, remaining.values()))}"
            )
    return order


class Learner:
    def __init__(self, dls, model, loss_func, opt_func, lr, cbs=None, metrics=None):
        self.dls, self.model, self.loss_func, self.opt_func, self.lr = dls, model, loss_func, opt_func, lr
        self.metrics = list(metrics or [])
        self.opt = None
        self.cbs, self.listeners = [], {}
        self.recorder = Recorder()
        self.add_cbs([TrainEvalCallback(), self.recorder, *(cbs or [])])

    def add_cbs(self, cbs):
        cbs = list(cbs)
        for cb in cbs:
            cb.learn = self
        self.cbs = sort_callbacks([*self.cbs, *cbs])
        self.listeners = {}

    def remove_cbs(self, cbs):
        gone = list(map(id, cbs))
        self.cbs = [cb for cb in self.cbs if id(cb) not in gone]
        self.listeners = {}

    def __call__(self, name):
        if name not in self.listeners:
            self.listeners[name] = [cb for cb in self.cbs if hasattr(cb, name)]
        for cb in self.listeners[name]:
            getattr(cb, name)()

    @property
    def x(self):
        return self.xb[0] if len(self.xb) == 1 else self.xb

    @property
    def y(self):
        return self.yb[0] if len(self.yb) == 1 else self.yb

    def fit(self, n_epoch):
        self.n_epoch, self.listeners = n_epoch, {}
        if self.opt is None:
            self.opt = self.opt_func(self.model.parameters(), lr=self.lr)
        self._epochs()

    @scope("fit", CancelFitException)
    def _epochs(self):
        for self.epoch in range(self.n_epoch):
            self._one_epoch()

    @scope("epoch", CancelEpochException)
    def _one_epoch(self):
        self._train()
        self._validate()

    @scope("train", CancelTrainException)
    def _train(self):
        self._batches(self.dls.train, self._learn_from_batch)

    @torch.no_grad()
    @scope("validate", CancelValidException)
    def _validate(self):
        self._batches(self.dls.valid, self._lose_batch)

    def _batches(self, dl, do):
        self.dl, self.n_iter = dl, len(dl)
        for self.iter, batch in enumerate(dl):
            self.xb, self.yb = (tuple(part) if isinstance(part, (list, tuple)) else (part,) for part in batch)
            self.pred = self.loss = None
            self._one_batch(do)

    @scope("batch", CancelBatchException)
    def _one_batch(self, do):
        do()

    def _lose_batch(self):
        self.pred = self.model(*self.xb)
        self("after_pred")
        self.loss = self.loss_func(self.pred, *self.yb)
        self("after_loss")

    def _learn_from_batch(self):
        self._lose_batch()
        self.loss.backward()
        self("after_backward")
        self.opt.step()
        self("after_step")
        self.opt.zero_grad()


class TrainEvalCallback(Callback):
    def before_fit(self):
        self.learn.train_iter, self.learn.pct_train = 0, 0.0

    def before_train(self):
        self.learn.training = self.model.train().training
        self.learn.pct_train = self.epoch / self.n_epoch

    def before_validate(self):
        self.learn.training = self.model.eval().training

    @only_in(training=True)
    def after_batch(self):
        self.learn.train_iter += 1
        self.learn.pct_train += 1 / (self.n_iter * self.n_epoch)


class Recorder(Callback):
    run_after = TrainEvalCallback

    def __init__(self, beta=0.98):
        self.beta = beta

    def before_fit(self):
        self.values, self.smooth, self.t = [], 0.0, 0
        self.before_epoch()

    def before_epoch(self):
        self.losses = {True: [], False: []}
        self.sizes = {True: [], False: []}
        self.measured = []

    def after_batch(self):
        if self.loss is None:
            return
        loss = float(self.loss.detach())
        self.losses[self.training].append(loss)
        self.sizes[self.training].append(len(self.xb[0]))
        if self.training:
            self.t += 1
            # the debiased average itself, updated: its step is large at first and tends to 1 - beta
            self.smooth += (loss - self.smooth) * (1 - self.beta) / (1 - self.beta**self.t)
            self.learn.smooth_loss = self.smooth
        else:
            self.measured.append([float(metric(self.pred, *self.yb)) for metric in self.metrics])

    def after_epoch(self):
        def mean(values, sizes):
            return sum(v * n for v, n in zip(values, sizes)) / sum(sizes) if sizes else math.nan

        columns = [[row[i] for row in self.measured] for i in range(len(self.metrics))]
        train, valid = (mean(self.losses[phase], self.sizes[phase]) for phase in (True, False))
        self.values.append([train, valid, *(mean(column, self.sizes[False]) for column in columns)])


class ModelResetter(Callback):
    def before_train(self):
        self.model.reset()

    def before_validate(self):
        self.model.reset()


class RNNRegularizer(Callback):
    def __init__(self, alpha=0.0, beta=0.0):
        self.alpha, self.beta = alpha, beta

    def after_pred(self):
        self.learn.pred, *self.activations = self.pred

    @only_in(training=True)
    def after_loss(self):
        h, d = (layers[-1] for layers in self.activations)
        self.learn.loss = self.loss + self.alpha * (d**2).mean()
        if h.shape[1] > 1:
            later, earlier = h.split([1, h.shape[1] - 1], dim=1)[1], h[:, :-1]
            self.learn.loss = self.loss + self.beta * ((later - earlier) ** 2).mean()


class TerminateOnNaN(Callback):
    run_before = Recorder

    def after_batch(self):
        if self.loss is not None and not torch.isfinite(self.loss).item():
            raise CancelFitException


class GradientClip(Callback):
    def __init__(self, max_norm):
        self.max_norm = max_norm

    def after_backward(self):
        grads = [p.grad for p in self.model.parameters() if p.grad is not None]
        norm = math.sqrt(math.fsum(g.pow(2).sum().item() for g in grads))
        # the larger of the two: gradients below the limit are divided by one
        for g in grads:
            g /= max(norm / self.max_norm, 1.0)


class ParamScheduler(Callback):
    run_after = TrainEvalCallback

    def __init__(self, scheds):
        self.scheds = scheds

    @only_in(training=True)
    def before_batch(self):
        for group in self.opt.hypers if hasattr(self.opt, "hypers") else self.opt.param_groups:
            group.update({name: sched(self.pct_train) for name, sched in self.scheds.items()})


def fit_one_cycle(learn, n_epoch, lr_max, moms=(0.95, 0.85, 0.95)):
    def smooth(pos):
        """From 0 to 1 with flat ends."""
        return pos * pos * (3 - 2 * pos)

    def lr(pct):
        if pct < 0.25:
            return lr_max * (0.05 + 0.95 * smooth(pct / 0.25))
        return lr_max * (1 - (1 - 1e-4) * smooth((pct - 0.25) / 0.75))

    def mom(pct):
        if pct < 0.25:
            return moms[0] + (moms[1] - moms[0]) * smooth(pct / 0.25)
        return moms[1] + (moms[2] - moms[1]) * smooth((pct - 0.25) / 0.75)

    scheduler = ParamScheduler({"lr": lr, "mom": mom})
    learn.add_cbs([scheduler])
    try:
        learn.fit(n_epoch)
    finally:
        learn.remove_cbs([scheduler])
