"""Callbacks know their runner as soon as it is made; what a batch does is a dict, walked until an event is cancelled."""

import re
from collections.abc import Iterable

import torch


def camel2snake(name):
    name = re.sub(r"(?!^)(?=[A-Z][a-z])", "_", name)
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def listify(o):
    if o is None:
        return []
    if isinstance(o, list):
        return o
    if isinstance(o, str) or not isinstance(o, Iterable):
        return [o]
    return list(o)


class Callback:
    """Derive from it, and write a method for each event that you care about."""

    _order = 0

    def set_runner(self, run):
        self.run = run

    def __getattr__(self, name):
        own = vars(self)  # never looks anything up in __getattr__
        if "run" not in own or name.startswith("__"):
            raise AttributeError(f"{type(self).__name__} has no attribute {name}")
        return getattr(own["run"], name)

    @property
    def name(self):
        return camel2snake(type(self).__name__.removesuffix("Callback"))


class TrainEvalCallback(Callback):
    """Modes and counts."""

    def begin_fit(self):
        self.run.n_iter, self.run.n_epochs = 0, 0.0

    def begin_epoch(self):
        self.run.n_epochs = float(self.epoch)
        self._half(True)

    def after_batch(self):
        if self.in_train:
            self.run.n_iter += 1
            self.run.n_epochs += 1 / self.iters

    def begin_validate(self):
        self._half(False)

    def _half(self, training):
        self.run.in_train = training
        self.model.train(training)


def of_learner(part):
    """A property that reads the learner's attribute `part`."""
    return property(lambda run: getattr(run.learn, part))


class Runner:
    """The training loop, and the state that callbacks read and write."""

    opt, model, loss_func, data = map(of_learner, ("opt", "model", "loss_func", "data"))

    def __init__(self, cbs=None, cb_funcs=None):
        self.learn, self.stop = None, False
        self.cbs = [TrainEvalCallback(), *listify(cbs), *(make() for make in listify(cb_funcs))]
        for cb in self.cbs:
            if hasattr(cb, "name"):
                setattr(self, cb.name, cb)
            if hasattr(cb, "set_runner"):
                cb.set_runner(self)

    def __call__(self, event):
        for cb in sorted(self.cbs, key=lambda cb: getattr(cb, "_order", 0)):
            method = getattr(cb, event, None)
            if method is not None and method():
                return True
        return False

    def _predict(self):
        self.pred = self.model(self.xb)

    def _judge(self):
        self.loss = self.loss_func(self.pred, self.yb)

    def one_batch(self, xb, yb):
        self.xb, self.yb = xb, yb
        work = {
            "begin_batch": self._predict,
            "after_pred": self._judge,
            "after_loss": lambda: self.loss.backward(),
            "after_backward": lambda: self.opt.step(),
            "after_step": lambda: self.opt.zero_grad(),
        }
        for event, do in work.items():
            if self(event) or event == "after_loss" and not self.in_train:
                break
            do()
        self("after_batch")

    def all_batches(self, dl):
        self.iters = len(dl)
        for xb, yb in dl:
            self.one_batch(xb, yb)
            if self.stop:
                self.stop = False
                break

    def fit(self, epochs, learn):
        self.epochs, self.learn, self.stop = epochs, learn, False
        try:
            if self("begin_fit"):
                return
            for self.epoch in range(epochs):
                if not self("begin_epoch"):
                    self.all_batches(self.data.train_dl)
                with torch.no_grad():
                    if not self("begin_validate"):
                        self.all_batches(self.data.valid_dl)
                if self("after_epoch"):
                    break
        finally:
            try:
                self("after_fit")
            finally:
                self.learn = None


def plain(value):
    """A number, of a number or a tensor of one."""
    return value.item() if hasattr(value, "item") else value


class AvgStats:
    """Averages per item."""

    def __init__(self, metrics, in_train):
        self.metrics, self.in_train = listify(metrics), in_train
        self.reset()

    def reset(self):
        self.count, self.totals = 0, [0.0] * (1 + len(self.metrics))

    def accumulate(self, run):
        n = len(run.xb)
        means = [run.loss, *(metric(run.pred, run.yb) for metric in self.metrics)]
        self.totals = [total + n * plain(mean) for total, mean in zip(self.totals, means)]
        self.count += n

    @property
    def avg_stats(self):
        return [total / self.count for total in self.totals]

    def __repr__(self):
        half = "train" if self.in_train else "valid"
        return f"{half}: {self.avg_stats if self.count else 'nothing yet'}"


class AvgStatsCallback(Callback):
    """Keeps the averages of both halves of an epoch."""

    def __init__(self, metrics):
        self.train_stats, self.valid_stats = AvgStats(metrics, True), AvgStats(metrics, False)

    def begin_epoch(self):
        self.train_stats.reset()
        self.valid_stats.reset()

    def after_loss(self):
        stats = self.train_stats if self.in_train else self.valid_stats
        with torch.no_grad():
            stats.accumulate(self.run)

    def after_epoch(self):
        print(self.train_stats)
        print(self.valid_stats)
