"""The loop is a generator that yields the names of events and is sent the answers; a driver does the asking."""

import re
from collections.abc import Iterable
from contextlib import closing

import torch


def camel2snake(name):
    out = []
    for i, char in enumerate(name):
        if i and "A" <= char <= "Z":
            before, after = name[i - 1], name[i + 1 : i + 2]
            if re.match("[a-z0-9]", before) or re.match("[a-z]", after):
                out.append("_")
        out.append(char.lower())
    return "".join(out)


def listify(o):
    if isinstance(o, list):
        return o
    if isinstance(o, Iterable) and not isinstance(o, str):
        return [*o]
    return [] if o is None else [o]


class Callback:
    _order = 0

    def set_runner(self, run):
        self.__dict__["run"] = run

    def __getattr__(self, k):
        if k == "run":
            raise AttributeError("run: set_runner was not called")
        return getattr(self.run, k)

    @property
    def name(self):
        head, tail = re.fullmatch(r"(.*?)(Callback)?", type(self).__name__).groups()
        return camel2snake(head or tail)


class TrainEvalCallback(Callback):
    def _phase(self, training):
        self.run.in_train = training
        self.run.model.train(training)

    def begin_fit(self):
        self.run.n_iter, self.run.n_epochs = 0, 0.0

    def begin_epoch(self):
        self.run.n_epochs = float(self.run.epoch)
        self._phase(True)

    def begin_validate(self):
        self._phase(False)

    def after_batch(self):
        self.run.n_iter += int(self.in_train)
        self.run.n_epochs += int(self.in_train) / self.iters


class Runner:
    def __init__(self, cbs=None, cb_funcs=None):
        self.stop = False
        self.cbs = [TrainEvalCallback(), *listify(cbs), *(make() for make in listify(cb_funcs))]
        for cb in self.cbs[1:]:
            name = getattr(cb, "name", None)
            if name:
                setattr(self, name, cb)

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
        methods = (
            getattr(cb, event, None) for cb in sorted(self.cbs, key=lambda cb: getattr(cb, "_order", 0))
        )
        return any(method() for method in methods if method is not None)

    def _drive(self, script):
        """Run a script to its end; closing it undoes its no_grad when an exception passes."""
        with closing(script):
            answer = None
            while True:
                try:
                    event = script.send(answer)
                except StopIteration:
                    return
                answer = self(event)

    def _learning(self):
        self.loss.backward()
        if not (yield "after_backward"):
            self.opt.step()
            if not (yield "after_step"):
                self.opt.zero_grad()

    def _batch(self, xb, yb):
        self.xb, self.yb = xb, yb
        if not (yield "begin_batch"):
            self.pred = self.model(self.xb)
            if not (yield "after_pred"):
                self.loss = self.loss_func(self.pred, self.yb)
                if not (yield "after_loss") and self.in_train:
                    yield from self._learning()
        yield "after_batch"

    def _loop(self, dl):
        self.iters = len(dl)
        for xb, yb in dl:
            yield from self._batch(xb, yb)
            if self.stop:
                break
        self.stop = False

    def _epoch(self):
        if not (yield "begin_epoch"):
            yield from self._loop(self.data.train_dl)
        with torch.no_grad():
            if not (yield "begin_validate"):
                yield from self._loop(self.data.valid_dl)

    def _fit(self, epochs):
        if (yield "begin_fit"):
            return
        for epoch in range(epochs):
            self.epoch = epoch
            yield from self._epoch()
            if (yield "after_epoch"):
                return

    def one_batch(self, xb, yb):
        self._drive(self._batch(xb, yb))

    def all_batches(self, dl):
        self._drive(self._loop(dl))

    def fit(self, epochs, learn):
        self.epochs, self.learn, self.stop = epochs, learn, False
        try:
            for cb in self.cbs:
                if callable(getattr(cb, "set_runner", None)):
                    cb.set_runner(self)
            self._drive(self._fit(epochs))
        finally:
            try:
                self("after_fit")
            finally:
                self.learn = None


class AvgStats:
    def __init__(self, metrics, in_train):
        self.metrics = listify(metrics)
        self.in_train = in_train
        self.reset()

    def reset(self):
        self.count = 0
        self.means = [0.0] * (1 + len(self.metrics))

    def accumulate(self, run):
        n = len(run.yb)
        self.count += n
        batch = [run.loss] + [metric(run.pred, run.yb) for metric in self.metrics]
        # a running mean: each batch moves it by its share of the items seen so far
        for i, value in enumerate(batch):
            self.means[i] += (float(value) - self.means[i]) * n / self.count

    @property
    def avg_stats(self):
        return list(self.means)

    def __str__(self):
        return " ".join(format(mean, ".4f") for mean in self.means)


class AvgStatsCallback(Callback):
    def __init__(self, metrics):
        metrics = listify(metrics)
        self.train_stats = AvgStats(metrics, True)
        self.valid_stats = AvgStats(metrics, False)

    def begin_epoch(self):
        self.train_stats.reset()
        self.valid_stats.reset()

    @torch.no_grad()
    def after_loss(self):
        stats = self.train_stats if self.in_train else self.valid_stats
        stats.accumulate(self.run)

    def after_epoch(self):
        print(f"epoch {self.epoch}: train {self.train_stats}; valid {self.valid_stats}")
