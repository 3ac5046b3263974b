"""A true answer is raised as a private exception, and a context manager for each scope swallows its own kind."""

import contextlib
import copy
import re

import torch

_HUMPS = re.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=.)(?=[A-Z][a-z])")


def camel2snake(name):
    return _HUMPS.sub("_", name).lower()


def listify(o):
    match o:
        case None:
            return []
        case list():
            return o
        case str():
            return [o]
    return list(o) if hasattr(type(o), "__iter__") else [o]


class Callback:
    _order = 0

    def set_runner(self, run):
        self.run = run

    def __getattr__(self, k):
        try:
            run = object.__getattribute__(self, "run")
        except AttributeError:
            raise AttributeError(f"{k!r}: no such attribute before set_runner") from None
        return getattr(run, k)

    @property
    def name(self):
        return camel2snake(re.sub("(?<=.)Callback$", "", type(self).__name__))


class TrainEvalCallback(Callback):
    def begin_fit(self):
        vars(self.run).update(n_epochs=0.0, n_iter=0)

    def begin_epoch(self):
        self.model.train()
        vars(self.run).update(n_epochs=self.epoch, in_train=True)

    def begin_validate(self):
        self.model.eval()
        vars(self.run).update(in_train=False)

    def after_batch(self):
        run = self.run
        if run.in_train:
            vars(run).update(n_epochs=run.n_epochs + 1 / run.iters, n_iter=run.n_iter + 1)


class _Cancelled(Exception):
    scope = "?"

    def __init__(self, scope):
        super().__init__(scope)
        self.scope = scope


@contextlib.contextmanager
def _scope(name):
    try:
        yield
    except _Cancelled as cancelled:
        if cancelled.scope != name:
            raise


class Runner:
    SCOPES = {
        "begin_fit": "fit",
        "after_epoch": "fit",
        "begin_epoch": "half",
        "begin_validate": "half",
        "begin_batch": "batch",
        "after_pred": "batch",
        "after_loss": "batch",
        "after_backward": "batch",
        "after_step": "batch",
    }

    def __init__(self, cbs=None, cb_funcs=None):
        self.cbs = [TrainEvalCallback()] + copy.copy(listify(cbs)) + [make() for make in listify(cb_funcs)]
        for cb in self.cbs:
            if isinstance(getattr(cb, "name", None), str):
                setattr(self, cb.name, cb)
        self.stop = False

    opt = property(lambda self: self.learn.opt)
    model = property(lambda self: self.learn.model)
    loss_func = property(lambda self: self.learn.loss_func)
    data = property(lambda self: self.learn.data)

    def __call__(self, event):
        for cb in sorted(self.cbs, key=lambda cb: getattr(cb, "_order", 0)):
            if getattr(cb, event, bool)():
                return True
        return False

    def _fire(self, event):
        if self(event) and event in self.SCOPES:
            raise _Cancelled(self.SCOPES[event])

    def one_batch(self, xb, yb):
        with _scope("batch"):
            self.xb, self.yb = xb, yb
            self._fire("begin_batch")
            self.pred = self.model(self.xb)
            self._fire("after_pred")
            self.loss = self.loss_func(self.pred, self.yb)
            self._fire("after_loss")
            if self.in_train:
                self.loss.backward()
                self._fire("after_backward")
                self.opt.step()
                self._fire("after_step")
                self.opt.zero_grad()
        self._fire("after_batch")

    def all_batches(self, dl):
        self.iters = len(dl)
        with _scope("loop"):
            for xb, yb in dl:
                if self.stop:
                    raise _Cancelled("loop")
                self.one_batch(xb, yb)
        self.stop = False

    def _half(self, event, which):
        with _scope("half"):
            self._fire(event)
            self.all_batches(getattr(self.data, which))

    def fit(self, epochs, learn):
        self.epochs, self.learn, self.stop = epochs, learn, False
        try:
            for cb in self.cbs:
                getattr(cb, "set_runner", id)(self)
            with _scope("fit"):
                self._fire("begin_fit")
                for self.epoch in range(epochs):
                    self._half("begin_epoch", "train_dl")
                    with torch.no_grad():
                        self._half("begin_validate", "valid_dl")
                    self._fire("after_epoch")
        finally:
            try:
                self._fire("after_fit")
            finally:
                del self.learn


class AvgStats:
    def __init__(self, metrics, in_train):
        self.metrics, self.in_train = listify(metrics), in_train
        self.reset()

    def reset(self):
        self.seen = []

    def accumulate(self, run):
        values = [run.loss] + [metric(run.pred, run.yb) for metric in self.metrics]
        self.seen.append((len(run.xb), [float(v) for v in values]))

    @property
    def avg_stats(self):
        total = sum(n for n, _ in self.seen)
        columns = zip(*([n * v for v in values] for n, values in self.seen), strict=True)
        return [sum(column) / total for column in columns]

    def __repr__(self):
        return ("train" if self.in_train else "valid") + str(self.avg_stats)


class AvgStatsCallback(Callback):
    def __init__(self, metrics):
        self.train_stats, self.valid_stats = (AvgStats(metrics, phase) for phase in (True, False))

    def begin_epoch(self):
        for stats in (self.train_stats, self.valid_stats):
            stats.reset()

    def after_loss(self):
        (self.valid_stats, self.train_stats)[bool(self.in_train)].accumulate(self.run)

    def after_epoch(self):
        print(self.epoch, self.train_stats, self.valid_stats, sep="\t")
