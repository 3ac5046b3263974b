"""The runner hands reads on to the learner by __getattr__, too, and keeps its callbacks sorted from the start."""

import re
from bisect import insort
from collections.abc import Iterable
from functools import singledispatch

import torch

_CHUNKS = re.compile(r"(?<=.)(?:(?=[A-Z][a-z])|(?<=[a-z0-9])(?=[A-Z]))")


def camel2snake(name):
    return "_".join(_CHUNKS.split(name)).lower()


@singledispatch
def listify(o):
    return [o]


@listify.register
def _(o: Iterable):
    return list(o)


@listify.register
def _(o: None):
    return []


@listify.register
def _(o: list):
    return o


@listify.register
def _(o: str):
    return [o]


_UNSET = object()


class Callback:
    _order = 0
    run = _UNSET

    def set_runner(self, run):
        self.run = run

    def __getattr__(self, k):
        run = self.run
        if run is _UNSET:
            raise AttributeError(f"{type(self).__name__}.{k} before set_runner")
        return getattr(run, k)

    @property
    def name(self):
        cls = type(self).__name__
        return camel2snake(cls[:-8] if cls[-8:] == "Callback" and len(cls) > 8 else cls)


class TrainEvalCallback(Callback):
    def begin_fit(self):
        self.run.n_epochs, self.run.n_iter = 0.0, 0

    def begin_epoch(self):
        self.run.in_train, self.run.n_epochs = True, float(self.epoch)
        self.run.model.train()

    def begin_validate(self):
        self.run.in_train = False
        self.run.model.eval()

    def after_batch(self):
        if self.run.in_train:
            self.run.n_epochs += 1 / self.run.iters
            self.run.n_iter += 1


class Runner:
    PARTS = frozenset({"opt", "model", "loss_func", "data"})

    def __init__(self, cbs=None, cb_funcs=None):
        self.stop, self.learn, self.cbs = False, None, []
        self._add(TrainEvalCallback())
        for cb in listify(cbs):
            self._add(cb)
        for cbf in listify(cb_funcs):
            self._add(cbf())

    def _add(self, cb):
        # insort puts equals after those that are there already
        insort(self.cbs, cb, key=lambda cb: getattr(cb, "_order", 0))
        name = getattr(cb, "name", None)
        if isinstance(name, str):
            setattr(self, name, cb)

    def __getattr__(self, k):
        if k not in Runner.PARTS:
            raise AttributeError(f"the runner has no {k!r}")
        return getattr(self.__dict__["learn"], k)

    def __call__(self, event):
        for cb in self.cbs:
            try:
                method = getattr(cb, event)
            except AttributeError:
                continue
            if method():
                return True
        return False

    def one_batch(self, xb, yb):
        self.xb, self.yb = xb, yb
        try:
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
        finally:
            # also when an exception passes, which the contract leaves open
            self("after_batch")

    def all_batches(self, dl):
        self.iters = len(dl)
        try:
            for xb, yb in dl:
                self.one_batch(xb, yb)
                if self.stop:
                    return
        finally:
            self.stop = False

    def fit(self, epochs, learn):
        self.epochs, self.learn = epochs, learn
        self.stop = False
        try:
            for cb in self.cbs:
                try:
                    attach = cb.set_runner
                except AttributeError:
                    continue
                attach(self)
            if not self("begin_fit"):
                self._all_epochs()
        finally:
            try:
                self("after_fit")
            finally:
                self.learn = None

    def _all_epochs(self):
        for epoch in range(self.epochs):
            self.epoch = epoch
            if not self("begin_epoch"):
                self.all_batches(self.learn.data.train_dl)
            cancelled = self("begin_validate")
            if not cancelled:
                with torch.no_grad():
                    self.all_batches(self.learn.data.valid_dl)
            if self("after_epoch"):
                break


class AvgStats:
    def __init__(self, metrics, in_train):
        self.metrics, self.in_train = listify(metrics), in_train
        self.reset()

    def reset(self):
        self.tot_loss, self.tot_mets, self.count = 0.0, [0.0] * len(self.metrics), 0

    def accumulate(self, run):
        bn = len(run.xb)
        self.tot_loss += run.loss.detach() * bn
        with torch.no_grad():
            for i, metric in enumerate(self.metrics):
                self.tot_mets[i] += metric(run.pred, run.yb) * bn
        self.count += bn

    @property
    def avg_stats(self):
        # tensors stay tensors until somebody asks: a GPU need not wait at every batch
        return [float(tot) / self.count for tot in (self.tot_loss, *self.tot_mets)]

    def __repr__(self):
        if not self.count:
            return "no batches"
        return ", ".join(f"{avg:.6f}" for avg in self.avg_stats)


class AvgStatsCallback(Callback):
    def __init__(self, metrics):
        self.stats = {phase: AvgStats(metrics, phase) for phase in (True, False)}

    @property
    def train_stats(self):
        return self.stats[True]

    @property
    def valid_stats(self):
        return self.stats[False]

    def begin_epoch(self):
        for stats in self.stats.values():
            stats.reset()

    def after_loss(self):
        self.stats[bool(self.run.in_train)].accumulate(self.run)

    def after_epoch(self):
        print("train", self.train_stats)
        print("valid", self.valid_stats)
