"""Every scope is a try block written out inside one long fit; order by depth-first search; losses kept till averaged."""

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


class Callback:
    run_before = ()
    run_after = ()

    def __getattr__(self, name):
        try:
            learn = object.__getattribute__(self, "learn")
        except AttributeError:
            raise AttributeError(f"{name!r}: not here, and there is no learner to ask") from None
        return getattr(learn, name)


def sort_callbacks(cbs):
    """Depth first: before a callback come those that it has to wait for."""
    cbs = list(cbs)

    def as_tuple(o):
        return (o,) if isinstance(o, type) else tuple(o)

    def waits_for(b):
        return [
            a
            for a in cbs
            if a is not b and (isinstance(a, as_tuple(b.run_after)) or isinstance(b, as_tuple(a.run_before)))
        ]

    done, on_the_way = [], []

    def visit(cb):
        if any(cb is other for other in done):
            return
        if any(cb is other for other in on_the_way):
            raise ValueError(f"{type(cb).__name__} would have to come before itself (run_before, run_after)")
        on_the_way.append(cb)
        for earlier in waits_for(cb):
            visit(earlier)
        on_the_way.pop()
        done.append(cb)

    for cb in cbs:
        visit(cb)
    return done


class Learner:
    def __init__(self, dls, model, loss_func, opt_func, lr, cbs=None, metrics=None):
        self.dls, self.model, self.loss_func, self.opt_func, self.lr = dls, model, loss_func, opt_func, lr
        self.metrics = [] if metrics is None else list(metrics)
        self.opt = None
        self.recorder = Recorder()
        self.cbs = []
        self.add_cbs([TrainEvalCallback(), self.recorder] + ([] if cbs is None else list(cbs)))

    def add_cbs(self, cbs):
        cbs = list(cbs)
        for cb in cbs:
            cb.learn = self
        self.cbs = sort_callbacks(self.cbs + cbs)

    def remove_cbs(self, cbs):
        gone = {id(cb) for cb in cbs}
        self.cbs = [cb for cb in self.cbs if id(cb) not in gone]

    def __call__(self, name):
        for cb in self.cbs:
            method = getattr(cb, name, None)
            if method is not None:
                method()

    @property
    def x(self):
        return self.xb if len(self.xb) > 1 else self.xb[0]

    @property
    def y(self):
        return self.yb if len(self.yb) > 1 else self.yb[0]

    def fit(self, n_epoch):
        self.n_epoch = n_epoch
        if self.opt is None:
            self.opt = self.opt_func(self.model.parameters(), lr=self.lr)
        try:
            self("before_fit")
            for self.epoch in range(n_epoch):
                try:
                    self("before_epoch")
                    try:
                        self("before_train")
                        self.dl, self.n_iter = self.dls.train, len(self.dls.train)
                        for self.iter, batch in enumerate(self.dl):
                            try:
                                self._unpack(batch)
                                self("before_batch")
                                self.pred = self.model(*self.xb)
                                self("after_pred")
                                self.loss = self.loss_func(self.pred, *self.yb)
                                self("after_loss")
                                self.loss.backward()
                                self("after_backward")
                                self.opt.step()
                                self("after_step")
                                self.opt.zero_grad()
                            except CancelBatchException:
                                self("after_cancel_batch")
                            self("after_batch")
                    except CancelTrainException:
                        self("after_cancel_train")
                    self("after_train")
                    try:
                        self("before_validate")
                        self.dl, self.n_iter = self.dls.valid, len(self.dls.valid)
                        with torch.no_grad():
                            for self.iter, batch in enumerate(self.dl):
                                try:
                                    self._unpack(batch)
                                    self("before_batch")
                                    self.pred = self.model(*self.xb)
                                    self("after_pred")
                                    self.loss = self.loss_func(self.pred, *self.yb)
                                    self("after_loss")
                                except CancelBatchException:
                                    self("after_cancel_batch")
                                self("after_batch")
                    except CancelValidException:
                        self("after_cancel_validate")
                    self("after_validate")
                except CancelEpochException:
                    self("after_cancel_epoch")
                self("after_epoch")
        except CancelFitException:
            self("after_cancel_fit")
        self("after_fit")

    def _unpack(self, batch):
        xb, yb = batch
        self.xb = tuple(xb) if isinstance(xb, (tuple, list)) else (xb,)
        self.yb = tuple(yb) if isinstance(yb, (tuple, list)) else (yb,)
        self.pred, self.loss = None, None


class TrainEvalCallback(Callback):
    def before_fit(self):
        self.learn.train_iter = 0
        self.learn.pct_train = 0.0

    def before_train(self):
        self.learn.training = True
        self.model.train()

    def before_batch(self):
        if self.training:
            self.learn.pct_train = (self.epoch + self.iter / self.n_iter) / self.n_epoch

    def after_batch(self):
        if self.training:
            self.learn.train_iter = self.train_iter + 1
            self.learn.pct_train = (self.epoch + (self.iter + 1) / self.n_iter) / self.n_epoch

    def before_validate(self):
        self.learn.training = False
        self.model.eval()


class Recorder(Callback):
    run_after = TrainEvalCallback

    def __init__(self, beta=0.98):
        self.beta = beta

    def before_fit(self):
        self.values, self.train_losses = [], []
        self.before_epoch()  # an epoch can be cancelled before this hears of it

    def before_epoch(self):
        self.trained, self.validated = [], []

    def after_batch(self):
        if self.loss is None:
            return
        n = self.xb[0].shape[0]
        if self.training:
            self.trained.append((n, [self.loss.item()]))
            self.train_losses.append(self.loss.item())
            # newest first, the weights are 1, β, β², ...
            powers = [self.beta**age for age in range(len(self.train_losses))]
            weighted = sum(p * loss for p, loss in zip(powers, reversed(self.train_losses)))
            self.learn.smooth_loss = weighted / sum(powers)
        else:
            metrics = [float(metric(self.pred, *self.yb)) for metric in self.metrics]
            self.validated.append((n, [self.loss.item(), *metrics]))

    def after_epoch(self):
        self.values.append(self._mean(self.trained, 1) + self._mean(self.validated, 1 + len(self.metrics)))

    @staticmethod
    def _mean(rows, width):
        total = sum(n for n, _ in rows)
        if not total:
            return [math.nan] * width
        return [sum(n * row[i] for n, row in rows) / total for i in range(width)]


class ModelResetter(Callback):
    def before_train(self):
        self.learn.model.reset()

    before_validate = before_train


class RNNRegularizer(Callback):
    def __init__(self, alpha=0.0, beta=0.0):
        self.alpha, self.beta = alpha, beta

    def after_pred(self):
        out, raw, dropped = self.pred
        self.learn.pred = out
        self.raw_last, self.dropped_last = raw[-1], dropped[-1]

    def after_loss(self):
        if self.training:
            penalty = self.alpha * (self.dropped_last**2).mean()
            if self.raw_last.size(1) > 1:
                penalty = penalty + self.beta * (torch.diff(self.raw_last, dim=1) ** 2).mean()
            self.learn.loss = self.loss + penalty


class TerminateOnNaN(Callback):
    """At after_loss already, and once more in case that somebody changed the loss after it."""

    run_before = Recorder

    def after_loss(self):
        if self.loss is not None and (torch.isnan(self.loss) or torch.isinf(self.loss)):
            raise CancelFitException

    after_batch = after_loss


class GradientClip(Callback):
    def __init__(self, max_norm):
        self.max_norm = max_norm

    def after_backward(self):
        grads = [p.grad for p in self.model.parameters() if p.grad is not None]
        if not grads:
            return
        norm = torch.cat([g.flatten() for g in grads]).norm()
        if norm > self.max_norm:
            for g in grads:
                g *= self.max_norm / norm


class ParamScheduler(Callback):
    run_after = [TrainEvalCallback]

    def __init__(self, scheds):
        self.scheds = scheds

    def before_batch(self):
        if self.training:
            values = {name: sched(self.pct_train) for name, sched in self.scheds.items()}
            groups = getattr(self.opt, "hypers", None)
            for group in self.opt.param_groups if groups is None else groups:
                group.update(values)


def fit_one_cycle(learn, n_epoch, lr_max, moms=(0.95, 0.85, 0.95)):
    def wave(points):
        low, high, end = points

        def at(pct):
            a, b, pos = (low, high, 4 * pct) if pct <= 0.25 else (high, end, (pct - 0.25) / 0.75)
            return b + (a - b) * (math.cos(math.pi * pos) + 1) / 2

        return at

    scheduler = ParamScheduler({"lr": wave((lr_max / 20, lr_max, lr_max / 1e4)), "mom": wave(moms)})
    learn.add_cbs([scheduler])
    try:
        learn.fit(n_epoch)
    finally:
        learn.remove_cbs([scheduler])
