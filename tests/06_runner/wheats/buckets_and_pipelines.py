"""Callbacks lie in buckets by order, events are asked with any() and map(), a batch is a pipeline that may break."""

import functools
import re
import typing

import torch

EVENTS = frozenset(
    "begin_fit begin_epoch begin_batch after_pred after_loss after_backward after_step after_batch begin_validate "
    "after_epoch after_fit".split()
)


def camel2snake(name):
    return functools.reduce(
        lambda text, pattern: re.sub(pattern, r"\1_\2", text), ("(.)([A-Z][a-z]+)", "([a-z0-9])([A-Z])"), name
    ).lower()


def listify(o):
    if isinstance(o, (str, type(None))):
        return [o] if isinstance(o, str) else []
    if not isinstance(o, typing.Iterable):
        return [o]
    return o if isinstance(o, list) else list(o)


class Callback:
    _order = 0

    def set_runner(self, run):
        self.run = run

    def __getattr__(self, k):
        # an event that this callback has no method for is never looked for in the runner
        if k in EVENTS or k == "run":
            raise AttributeError(k)
        return getattr(self.run, k)

    @property
    def name(self):
        cls = self.__class__.__name__
        return camel2snake(cls.rpartition("Callback")[0] if re.search(".Callback$", cls) else cls)


class TrainEvalCallback(Callback):
    def begin_fit(self):
        run = self.run
        run.n_epochs = 0.0
        run.n_iter = 0

    def begin_epoch(self):
        run = self.run
        run.n_epochs = float(run.epoch)
        run.model.train()
        run.in_train = True

    def begin_validate(self):
        run = self.run
        run.model.eval()
        run.in_train = False

    def after_batch(self):
        run = self.run
        if run.in_train:
            run.n_iter, run.n_epochs = run.n_iter + 1, run.n_epochs + 1 / run.iters


class Runner:
    def __init__(self, cbs=None, cb_funcs=None):
        everyone = [TrainEvalCallback(), *listify(cbs)]
        everyone.extend(map(lambda make: make(), listify(cb_funcs)))
        buckets = {}
        for cb in everyone:
            buckets.setdefault(getattr(cb, "_order", 0), []).append(cb)
        self.cbs = [cb for order in sorted(buckets) for cb in buckets[order]]
        for cb in filter(lambda cb: isinstance(cb, Callback), everyone):
            setattr(self, cb.name, cb)
        self.stop = False
        self.learn = None

    for _part in ("opt", "model", "loss_func", "data"):
        locals()[_part] = property(functools.partial(lambda part, self: getattr(self.learn, part), _part))
    del _part

    def __call__(self, event):
        return any(map(lambda cb: getattr(cb, event, lambda: None)(), self.cbs))

    def _predict(self):
        self.pred = self.model(self.xb)

    def _compare(self):
        self.loss = self.loss_func(self.pred, self.yb)

    def one_batch(self, xb, yb):
        self.xb, self.yb = xb, yb
        _ = (
            self("begin_batch")
            or self._predict()
            or self("after_pred")
            or self._compare()
            or self("after_loss")
            or (self.in_train and self._learn())
        )
        self("after_batch")

    def _learn(self):
        self.loss.backward()
        if not self("after_backward"):
            self.opt.step()
            if not self("after_step"):
                self.opt.zero_grad()

    def all_batches(self, dl):
        self.iters = len(dl)
        batches = iter(dl)
        while (batch := next(batches, None)) is not None:
            self.one_batch(*batch)
            if self.stop:
                break
        self.stop = False

    def _train(self):
        if not self("begin_epoch"):
            self.all_batches(self.data.train_dl)

    @torch.no_grad()
    def _validate(self):
        if not self("begin_validate"):
            self.all_batches(self.data.valid_dl)

    def _epoch(self, epoch):
        self.epoch = epoch
        self._train()
        self._validate()
        return self("after_epoch")

    def fit(self, epochs, learn):
        self.epochs, self.learn, self.stop = epochs, learn, False
        try:
            for cb in self.cbs:
                getattr(cb, "set_runner", lambda run: None)(self)
            _ = self("begin_fit") or any(map(self._epoch, range(epochs)))
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
        self.sizes, self.rows = [], []

    def accumulate(self, run):
        self.sizes.append(float(run.xb.shape[0]))
        self.rows.append([float(run.loss), *(float(metric(run.pred, run.yb)) for metric in self.metrics)])

    @property
    def avg_stats(self):
        if not self.rows:
            return [float("nan")] * (1 + len(self.metrics))
        weights = torch.tensor(self.sizes, dtype=torch.float64)
        rows = torch.tensor(self.rows, dtype=torch.float64)
        return ((weights / weights.sum()) @ rows).tolist()

    def __repr__(self):
        return f"{self.in_train=}: {self.avg_stats}"


class AvgStatsCallback(Callback):
    def __init__(self, metrics):
        self.train_stats, self.valid_stats = map(functools.partial(AvgStats, metrics), (True, False))

    def begin_epoch(self):
        self.train_stats.reset()
        self.valid_stats.reset()

    def after_loss(self):
        phase = "train_stats" if self.in_train else "valid_stats"
        getattr(self, phase).accumulate(self.run)

    def after_epoch(self):
        print("\n".join(map(str, (self.train_stats, self.valid_stats))))
