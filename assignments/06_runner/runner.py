# Generated from the course: the stub of unit 06_runner. Fill it in; once you have edited it, it stays.
"""Unit 06: callbacks, second design. The Runner fires events; a callback has a method for each one it cares about.

A callback reads and writes the runner's state, and a true answer cancels what the event announces. The order of the
events and the scope of each cancellation are in the handout, README.md in this folder.
"""

import re
from collections.abc import Iterable

import torch


def camel2snake(name):
    """A class's name in snake case: "TrainEvalCallback" -> "train_eval_callback", "AvgStats" -> "avg_stats".

    Two steps: an underscore before each capital letter that is followed by small ones, unless the name begins with it;
    then one between a small letter or digit and the capital after it. So "MyHTTPServer2Go" -> "my_http_server2_go".
    """
    raise NotImplementedError("camel2snake")


def listify(o):
    """A list of the things that `o` stands for.

    None -> []; a list -> itself; a str -> [str]; any other iterable -> the list of its items; else [o].
    """
    raise NotImplementedError("listify")


class Callback:
    """Something that answers to events. Derive from it, and write a method for each event that you care about.

    _order: callbacks with a smaller one are asked first
    run:    the runner, from set_runner on. Attributes that the callback doesn't have are read from it
    name:   the class's name in snake case, without a "callback" at its end
    """

    _order = 0

    def set_runner(self, run):
        raise NotImplementedError("Callback.set_runner")

    def __getattr__(self, name):
        """For an attribute that the callback doesn't have: that of the runner. AttributeError before set_runner."""
        raise NotImplementedError("Callback.__getattr__")

    @property
    def name(self):
        raise NotImplementedError("Callback.name")


class TrainEvalCallback(Callback):
    """Sets train or eval mode and run.in_train; counts run.n_iter and run.n_epochs, in training only.

    n_iter:   training batches since the fit began
    n_epochs: the same in epochs, a float that grows by 1 / iters with each batch
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

    cbs:      callbacks: None, one, or several. They need not be derived from Callback
    cb_funcs: functions without arguments that make one each: None, one, or several

    Each callback is an attribute of the runner by its name. The runner itself adds a TrainEvalCallback, the first one.

    While a fit runs: learn, and its opt, model, loss_func and data; epochs, epoch, in_train, n_epochs, n_iter, stop;
    while a batch runs: iters (the number of batches of this loop), xb, yb, pred, loss.
    Setting stop to True ends the current loop over batches.
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
        """Ask the callbacks that have a method `event`, by _order, up to the first true answer: True if any is."""
        raise NotImplementedError("Runner.__call__")

    def one_batch(self, xb, yb):
        """Forward and, in training, backward, step and zero_grad, up to the first event that is cancelled."""
        raise NotImplementedError("Runner.one_batch")

    def all_batches(self, dl):
        """One pass over dl, until somebody sets stop."""
        raise NotImplementedError("Runner.all_batches")

    def fit(self, epochs, learn):
        """Train and validate `epochs` times, and let go of the learner, however it ends."""
        raise NotImplementedError("Runner.fit")


class AvgStats:
    """Averages over items of the loss and of metrics, for training or for validation.

    metrics: None, one or several functions (pred, yb) -> the mean over a batch, a number or a 0-d tensor.
    """

    def __init__(self, metrics, in_train):
        raise NotImplementedError("AvgStats.__init__")

    def reset(self):
        """Forget what was accumulated."""
        raise NotImplementedError("AvgStats.reset")

    def accumulate(self, run):
        """Take in the batch that the runner has just done: its loss, and the metrics of its pred and yb."""
        raise NotImplementedError("AvgStats.accumulate")

    @property
    def avg_stats(self):
        """[loss, *metrics], averages over all items since the last reset."""
        raise NotImplementedError("AvgStats.avg_stats")

    def __repr__(self):
        raise NotImplementedError("AvgStats.__repr__")


class AvgStatsCallback(Callback):
    """Keeps train_stats and valid_stats, two AvgStats of the current epoch, and prints both after it."""

    def __init__(self, metrics):
        raise NotImplementedError("AvgStatsCallback.__init__")

    def begin_epoch(self):
        raise NotImplementedError("AvgStatsCallback.begin_epoch")

    def after_loss(self):
        raise NotImplementedError("AvgStatsCallback.after_loss")

    def after_epoch(self):
        raise NotImplementedError("AvgStatsCallback.after_epoch")
