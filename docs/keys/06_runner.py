# Generated from the course: the answer key of unit 06_runner, to be read and printed.
"""Unit 06: callbacks, second design. The Runner fires events; a callback has a method for each that it cares about.

A callback reads and writes the runner's state, and a true answer cancels. The order of the events, and what a true
answer to each skips, are in the handout, README.md in this folder.
"""

import re
from collections.abc import Iterable

import torch


def camel2snake(name):
    """Return the name of a class in snake case: "TrainEvalCallback" -> "train_eval_callback".

    First put an underscore before each capital that is followed by a small letter, except at the beginning of the name.
    Then put one between a small letter or digit and a capital after it, and last make all letters small.
    "MyHTTPServer2Go" -> "my_http_server2_go".
    """
    words_apart = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z0-9])([A-Z])", r"\1_\2", words_apart).lower()


def listify(o):
    """Return a list: None -> []; a list -> itself; a str -> [str]; another iterable -> its items; else [o]."""
    if o is None:
        return []
    if isinstance(o, list):
        return o
    if isinstance(o, Iterable) and not isinstance(o, str):
        return list(o)
    return [o]


class Callback:
    """A base class: derive from it, and write a method for each event that you care about.

    _order: callbacks with a smaller one are asked first
    run:    the runner, from set_runner on; attributes that the callback doesn't have are read from it
    name:   the name of the class without "Callback" at its end, in snake case
    """

    _order = 0

    def set_runner(self, run):
        self.run = run

    def __getattr__(self, name):
        """Return the runner's attribute, for one that Python didn't find. AttributeError without it, or a runner."""
        if "run" not in self.__dict__:
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}, and no runner yet")
        return getattr(self.run, name)

    @property
    def name(self):
        return camel2snake(type(self).__name__.removesuffix("Callback") or "Callback")


class TrainEvalCallback(Callback):
    """Sets the model's mode and run.in_train at begin_epoch and begin_validate; counts training batches.

    run.n_iter:   the number of training batches that are done since the fit began, cancelled ones included
    run.n_epochs: where training is, in epochs: the epoch's number when it begins, and 1 / iters more after each batch
    """

    def begin_fit(self):
        self.run.n_epochs, self.run.n_iter = 0.0, 0

    def begin_epoch(self):
        self.run.n_epochs, self.run.in_train = float(self.epoch), True
        self.model.train()

    def after_batch(self):
        if self.in_train:
            self.run.n_epochs += 1 / self.iters
            self.run.n_iter += 1

    def begin_validate(self):
        self.run.in_train = False
        self.model.eval()


class Runner:
    """The training loop, and the state that callbacks read and write.

    cbs:      callbacks: None, one, or several
    cb_funcs: functions without arguments that make a callback each: None, one, or several

    A callback is an attribute of the runner by its name. The runner's own TrainEvalCallback heads the list.

    Attributes: opt, model, loss_func and data of the learner, and
    from begin_fit on:       learn, epochs, stop; n_iter and n_epochs
    from begin_epoch on:     epoch (from 0), in_train
    in a loop over batches:  iters (the number of its batches), xb, yb; pred and loss once they are computed
    """

    def __init__(self, cbs=None, cb_funcs=None):
        made = [make() for make in listify(cb_funcs)]
        self.cbs = [TrainEvalCallback(), *listify(cbs), *made]
        for cb in self.cbs:
            name = getattr(cb, "name", None) or camel2snake(type(cb).__name__)
            setattr(self, name, cb)
        self.stop, self.learn = False, None

    @property
    def opt(self):
        return self.learn.opt

    @property
    def model(self):
        return self.learn.model

    @property
    def loss_func(self):
        return self.learn.loss_func

    @property
    def data(self):
        return self.learn.data

    def __call__(self, event):
        """Ask the callbacks that have a method `event`, by _order. Return whether one answered true."""
        for cb in sorted(self.cbs, key=lambda cb: getattr(cb, "_order", 0)):
            method = getattr(cb, event, None)
            if method is not None and method():
                return True
        return False

    def one_batch(self, xb, yb):
        """Forward and loss and, in training, backward, step and zero_grad, until an event is cancelled."""
        self.xb, self.yb = xb, yb
        if self("begin_batch"):
            return
        self.pred = self.model(self.xb)
        if self("after_pred"):
            return
        self.loss = self.loss_func(self.pred, self.yb)
        if self("after_loss") or not self.in_train:
            return
        self.loss.backward()
        if self("after_backward"):
            return
        self.opt.step()
        if self("after_step"):
            return
        self.opt.zero_grad()

    def all_batches(self, dl):
        """One pass over dl, which has a length, or less if a callback sets stop."""
        self.iters = len(dl)
        for xb, yb in dl:
            self.one_batch(xb, yb)
            self("after_batch")
            if self.stop:
                break
        self.stop = False

    def fit(self, epochs, learn):
        """Train and validate `epochs` times. However it ends, fire after_fit, and then let go of the learner."""
        self.epochs, self.learn, self.stop = epochs, learn, False
        try:
            for cb in self.cbs:
                if hasattr(cb, "set_runner"):
                    cb.set_runner(self)
            if self("begin_fit"):
                return
            for epoch in range(epochs):
                self.epoch = epoch
                if not self("begin_epoch"):
                    self.all_batches(self.data.train_dl)
                with torch.no_grad():
                    if not self("begin_validate"):
                        self.all_batches(self.data.valid_dl)
                if self("after_epoch"):
                    return
        finally:
            try:
                self("after_fit")
            finally:
                self.learn = None


class AvgStats:
    """Averages per item of the loss and of metrics. in_train: whether they are those of training, for `__repr__`.

    metrics: None, one or several functions (pred, yb) -> the mean over a batch, a number or a 0-d tensor
    """

    def __init__(self, metrics, in_train):
        self.metrics, self.in_train = listify(metrics), in_train
        self.reset()

    def reset(self):
        """Forget what was accumulated."""
        self.totals, self.count = [0.0] * (1 + len(self.metrics)), 0

    def accumulate(self, run):
        """Add the runner's present batch: its loss and the metrics of its pred and yb, times the length of its xb."""
        n = len(run.xb)
        with torch.no_grad():
            batch = [run.loss.detach(), *(metric(run.pred, run.yb) for metric in self.metrics)]
        self.totals = [total + float(value) * n for total, value in zip(self.totals, batch, strict=True)]
        self.count += n

    @property
    def avg_stats(self):
        """A new list [loss, *metrics]: averages over the items since the last reset, numbers or 0-d tensors."""
        return [total / self.count for total in self.totals]

    def __repr__(self):
        """Any text, before the first batch too."""
        if not self.count:
            return ""
        return f"{'train' if self.in_train else 'valid'}: {self.avg_stats}"


class AvgStatsCallback(Callback):
    """Keeps train_stats and valid_stats, the AvgStats of the epoch's two halves, and prints both after it."""

    def __init__(self, metrics):
        self.train_stats, self.valid_stats = AvgStats(metrics, True), AvgStats(metrics, False)

    def begin_epoch(self):
        self.train_stats.reset()
        self.valid_stats.reset()

    def after_loss(self):
        stats = self.train_stats if self.in_train else self.valid_stats
        stats.accumulate(self.run)

    def after_epoch(self):
        print(self.train_stats)
        print(self.valid_stats)
