"""A batch is a table of actions and events, walked until an event is cancelled; the learner's parts by a factory."""

import itertools
import re
from collections.abc import Iterable
from operator import attrgetter

import torch

_MARKS = (re.compile("(.)([A-Z][a-z]+)"), re.compile("([a-z0-9])([A-Z])"))


def camel2snake(name):
    for mark in _MARKS:
        name = mark.sub(r"\1_\2", name)
    return name.lower()


def listify(o):
    kinds = (
        (type(None), lambda o: []),
        (list, lambda o: o),
        (str, lambda o: [o]),
        (Iterable, list),
        (object, lambda o: [o]),
    )
    return next(make(o) for kind, make in kinds if isinstance(o, kind))


class Callback:
    _order = 0

    def set_runner(self, run):
        self.run = run

    def __getattr__(self, k):
        if k.startswith("__") or "run" not in vars(self):
            raise AttributeError(k)
        return getattr(vars(self)["run"], k)

    @property
    def name(self):
        name = type(self).__name__
        return camel2snake(name.removesuffix("Callback") or name)


class TrainEvalCallback(Callback):
    def begin_fit(self):
        self.run.n_epochs = 0.0
        self.run.n_iter = 0

    def begin_epoch(self):
        self.run.n_epochs = float(self.epoch)
        self.run.in_train = True
        self.model.train()

    def begin_validate(self):
        self.run.in_train = False
        self.model.eval()

    def after_batch(self):
        if not self.in_train:
            return
        self.run.n_iter += 1
        self.run.n_epochs += 1.0 / self.iters


def _from_learner(part):
    return property(attrgetter(f"learn.{part}"), doc=f"The learner's {part}.")


class Runner:
    opt, model, loss_func, data = map(_from_learner, ("opt", "model", "loss_func", "data"))

    def __init__(self, cbs=None, cb_funcs=None):
        self.learn = None
        self.stop = False
        given = tuple(listify(cbs))
        made = tuple(f() for f in listify(cb_funcs))
        self.cbs = (TrainEvalCallback(),) + given + made
        for cb in self.cbs:
            name = getattr(cb, "name", None) or camel2snake(type(cb).__name__)
            if not hasattr(type(self), name) and name not in ("learn", "stop", "cbs"):
                setattr(self, name, cb)

    def __call__(self, event):
        # sorted() is stable: equals stay in the order given
        for cb in sorted(self.cbs, key=lambda cb: getattr(cb, "_order", 0)):
            method = getattr(cb, event, None)
            if callable(method) and bool(method()):
                return True
        return False

    def _forward(self):
        self.pred = self.model(self.xb)

    def _measure(self):
        self.loss = self.loss_func(self.pred, self.yb)

    def _backward(self):
        self.loss.backward()

    def _step(self):
        self.opt.step()

    def _zero_grad(self):
        self.opt.zero_grad()

    FORWARD = ((None, "begin_batch"), (_forward, "after_pred"), (_measure, "after_loss"))
    LEARN = ((_backward, "after_backward"), (_step, "after_step"), (_zero_grad, None))

    def _walk(self, table):
        """Returns whether the table was walked to its end."""
        for action, event in table:
            if action:
                action(self)
            if event and self(event):
                return False
        return True

    def one_batch(self, xb, yb):
        self.xb, self.yb = xb, yb
        if self._walk(self.FORWARD) and self.in_train:
            self._walk(self.LEARN)

    def all_batches(self, dl):
        self.iters = len(dl)
        for xb, yb in itertools.takewhile(lambda _: not self.stop, dl):
            self.one_batch(xb, yb)
            self("after_batch")
        self.stop = False

    def _half(self, event, dl):
        if not self(event):
            self.all_batches(getattr(self.data, dl))

    def fit(self, epochs, learn):
        self.epochs, self.learn, self.stop = epochs, learn, False
        halves = (("begin_epoch", "train_dl", True), ("begin_validate", "valid_dl", False))
        try:
            for cb in self.cbs:
                if hasattr(cb, "set_runner"):
                    cb.set_runner(self)
            going = not self("begin_fit")
            epoch = 0
            while going and epoch < epochs:
                self.epoch = epoch
                for event, dl, with_grad in halves:
                    with torch.set_grad_enabled(with_grad):
                        self._half(event, dl)
                going = not self("after_epoch")
                epoch += 1
        finally:
            try:
                self("after_fit")
            finally:
                self.learn = None


class AvgStats:
    def __init__(self, metrics, in_train):
        self.metrics, self.in_train = listify(metrics), in_train
        self.reset()

    def reset(self):
        self.totals, self.count = torch.zeros(1 + len(self.metrics), dtype=torch.float64), 0

    def accumulate(self, run):
        with torch.no_grad():
            n = run.xb.shape[0]
            values = [run.loss] + [m(run.pred, run.yb) for m in self.metrics]
            self.totals = self.totals + n * torch.tensor([float(v) for v in values], dtype=torch.float64)
            self.count += n

    @property
    def avg_stats(self):
        return (self.totals / self.count).tolist()

    def __repr__(self):
        return f"{'train' if self.in_train else 'valid'}: {self.avg_stats}"


class AvgStatsCallback(Callback):
    def __init__(self, metrics):
        self.train_stats, self.valid_stats = AvgStats(metrics, True), AvgStats(metrics, False)

    def begin_epoch(self):
        self.train_stats.reset()
        self.valid_stats.reset()

    def after_loss(self):
        (self.train_stats if self.in_train else self.valid_stats).accumulate(self.run)

    def after_epoch(self):
        print(self.train_stats, self.valid_stats, sep="\n")
