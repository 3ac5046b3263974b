# Generated from the course: the stub of unit 06_runner. Fill it in; once you have edited it, it stays.
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
    raise NotImplementedError("camel2snake")


def listify(o):
    """Return a list: None -> []; a list -> itself; a str -> [str]; another iterable -> its items; else [o]."""
    raise NotImplementedError("listify")


class Callback:
    """A base class: derive from it, and write a method for each event that you care about.

    _order: callbacks with a smaller one are asked first
    run:    the runner, from set_runner on; attributes that the callback doesn't have are read from it
    name:   the name of the class without "Callback" at its end, in snake case
    """

    _order = 0

    def set_runner(self, run):
        raise NotImplementedError("Callback.set_runner")

    def __getattr__(self, name):
        """Return the runner's attribute, for one that Python didn't find. AttributeError without it, or a runner."""
        raise NotImplementedError("Callback.__getattr__")

    @property
    def name(self):
        raise NotImplementedError("Callback.name")


class TrainEvalCallback(Callback):
    """Sets the model's mode and run.in_train at begin_epoch and begin_validate; counts training batches.

    run.n_iter:   the number of training batches that are done since the fit began, cancelled ones included
    run.n_epochs: where training is, in epochs: the epoch's number when it begins, and 1 / iters more after each batch
    """

    def begin_fit(self):
        raise NotImplementedError("TrainEvalCallback.begin_fit")

    def begin_epoch(self):
        raise NotImplementedError("TrainEvalCallback.begin_epoch")

    def after_batch(self):
        raise NotImplementedError("TrainEvalCallback.after_batch")

    def begin_validate(self):
        raise NotImplementedError("TrainEvalCallback.begin_validate")


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
        raise NotImplementedError("Runner.__init__")

    @property
    def opt(self):
        raise NotImplementedError("Runner.opt")

    @property
    def model(self):
        raise NotImplementedError("Runner.model")

    @property
    def loss_func(self):
        raise NotImplementedError("Runner.loss_func")

    @property
    def data(self):
        raise NotImplementedError("Runner.data")

    def __call__(self, event):
        """Ask the callbacks that have a method `event`, by _order. Return whether one answered true."""
        raise NotImplementedError("Runner.__call__")

    def one_batch(self, xb, yb):
        """Forward and loss and, in training, backward, step and zero_grad, until an event is cancelled."""
        raise NotImplementedError("Runner.one_batch")

    def all_batches(self, dl):
        """One pass over dl, which has a length, or less if a callback sets stop."""
        raise NotImplementedError("Runner.all_batches")

    def fit(self, epochs, learn):
        """Train and validate `epochs` times. However it ends, fire after_fit, and then let go of the learner."""
        raise NotImplementedError("Runner.fit")


class AvgStats:
    """Averages per item of the loss and of metrics. in_train: whether they are those of training, for `__repr__`.

    metrics: None, one or several functions (pred, yb) -> the mean over a batch, a number or a 0-d tensor
    """

    def __init__(self, metrics, in_train):
        raise NotImplementedError("AvgStats.__init__")

    def reset(self):
        """Forget what was accumulated."""
        raise NotImplementedError("AvgStats.reset")

    def accumulate(self, run):
        """Add the runner's present batch: its loss and the metrics of its pred and yb, times the length of its xb."""
        raise NotImplementedError("AvgStats.accumulate")

    @property
    def avg_stats(self):
        """A new list [loss, *metrics]: averages over the items since the last reset, numbers or 0-d tensors."""
        raise NotImplementedError("AvgStats.avg_stats")

    def __repr__(self):
        """Any text, before the first batch too."""
        raise NotImplementedError("AvgStats.__repr__")


class AvgStatsCallback(Callback):
    """Keeps train_stats and valid_stats, the AvgStats of the epoch's two halves, and prints both after it."""

    def __init__(self, metrics):
        raise NotImplementedError("AvgStatsCallback.__init__")

    def begin_epoch(self):
        raise NotImplementedError("AvgStatsCallback.begin_epoch")

    def after_loss(self):
        raise NotImplementedError("AvgStatsCallback.after_loss")

    def after_epoch(self):
        raise NotImplementedError("AvgStatsCallback.after_epoch")
