"""Exit stacks and context managers carry the promises: after_batch, after_fit, grad mode, letting go of the learner."""

import re
from collections import abc
from contextlib import ExitStack, contextmanager

import torch


def camel2snake(name):
    def underscore(text, pattern):
        return re.sub(pattern, r"\g<0>_", text)

    # a boundary stands after the matched character
    text = underscore(name, r".(?=[A-Z][a-z])")
    return underscore(text, r"[a-z0-9](?=[A-Z])").lower()


def listify(o):
    if o is None or isinstance(o, list):
        return [] if o is None else o
    one = isinstance(o, str) or not isinstance(o, abc.Iterable)
    return [o] if one else [item for item in o]


class _Reads:
    """Reads of what isn't here fall through to the runner."""

    def __getattr__(self, k):
        found = self.__dict__.get("run")
        if found is None:
            raise AttributeError(f"nothing called {k!r} here, and no runner to ask")
        return getattr(found, k)


class Callback(_Reads):
    _order = 0

    def set_runner(self, run):
        self.run = run

    @property
    def name(self):
        words = camel2snake(type(self).__name__).split("_")
        if type(self).__name__.endswith("Callback") and len(words) > 1:
            words.pop()
        return "_".join(words)


class TrainEvalCallback(Callback):
    def begin_fit(self):
        self.run.n_epochs, self.run.n_iter = 0.0, 0

    def begin_epoch(self):
        self.model.train()
        self.run.n_epochs, self.run.in_train = float(self.epoch), True

    def begin_validate(self):
        self.model.eval()
        self.run.in_train = False

    def after_batch(self):
        if self.in_train:
            self.run.n_epochs, self.run.n_iter = self.n_epochs + 1 / self.iters, self.n_iter + 1


class Runner:
    def __init__(self, cbs=None, cb_funcs=None):
        self.cbs = [TrainEvalCallback()]
        self.cbs += [cb for cb in listify(cbs)]
        self.cbs += [cbf() for cbf in listify(cb_funcs)]
        self.stop = False
        self.__dict__.update({cb.name: cb for cb in self.cbs if hasattr(cb, "name")})

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
        answers = (
            getattr(cb, event)()
            for cb in sorted(self.cbs, key=lambda cb: getattr(cb, "_order", 0))
            if hasattr(cb, event)
        )
        return next((True for answer in answers if answer), False)

    @contextmanager
    def _batch(self, xb, yb):
        self.xb, self.yb = xb, yb
        yield not self("begin_batch")
        self("after_batch")

    def one_batch(self, xb, yb):
        with self._batch(xb, yb) as go_on:
            if not go_on:
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
        self.iters = len(dl)
        with ExitStack() as stack:
            stack.callback(setattr, self, "stop", False)
            for xb, yb in dl:
                if self.stop:
                    break
                self.one_batch(xb, yb)

    @contextmanager
    def _holding(self, learn):
        with ExitStack() as stack:
            self.learn = learn
            stack.callback(delattr, self, "learn")
            stack.callback(self, "after_fit")
            for cb in self.cbs:
                if hasattr(cb, "set_runner"):
                    cb.set_runner(self)
            yield

    def fit(self, epochs, learn):
        self.epochs, self.stop = epochs, False
        with self._holding(learn):
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


class AvgStats:
    def __init__(self, metrics, in_train):
        self.metrics, self.in_train = listify(metrics), in_train
        self.reset()

    def reset(self):
        self.sums = {}
        self.count = 0

    def _add(self, key, value):
        self.sums[key] = self.sums.get(key, 0.0) + value

    def accumulate(self, run):
        n = run.xb.shape[0]
        self.count += n
        self._add("loss", float(run.loss) * n)
        for i, metric in enumerate(self.metrics):
            with torch.no_grad():
                self._add(i, float(metric(run.pred, run.yb)) * n)

    @property
    def avg_stats(self):
        return [total / self.count for total in self.sums.values()]

    def __repr__(self):
        return f"<{'train' if self.in_train else 'valid'} {self.avg_stats}>"


class AvgStatsCallback(Callback):
    def __init__(self, metrics):
        self.train_stats, self.valid_stats = AvgStats(metrics, True), AvgStats(metrics, False)

    def begin_epoch(self):
        self.train_stats.reset()
        self.valid_stats.reset()

    def after_loss(self):
        {True: self.train_stats, False: self.valid_stats}[self.in_train].accumulate(self.run)

    def after_epoch(self):
        print(f"{self.train_stats!r}\n{self.valid_stats!r}")
