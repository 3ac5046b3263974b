"""Plain statements from top to bottom; the only trick is __getattr__. Stop is looked at before each batch."""

import re

import torch


def camel2snake(name):
    name = re.sub(r"(.)([A-Z][a-z]+)", lambda m: m[1] + "_" + m[2], name)
    name = re.sub(r"([a-z0-9])([A-Z])", lambda m: m[1] + "_" + m[2], name)
    return name.lower()


def listify(o):
    if o is None:
        return []
    if isinstance(o, list):
        return o
    if isinstance(o, str):
        return [o]
    try:
        return list(iter(o))
    except TypeError:
        return [o]


class Callback:
    _order = 0
    run = None

    def set_runner(self, run):
        self.run = run

    def __getattr__(self, k):
        if self.run is None:
            raise AttributeError(k)
        return getattr(self.run, k)

    @property
    def name(self):
        cls = self.__class__.__name__
        if cls.endswith("Callback") and cls != "Callback":
            cls = cls[: -len("Callback")]
        return camel2snake(cls)


class TrainEvalCallback(Callback):
    def begin_fit(self):
        self.run.n_epochs = 0.0
        self.run.n_iter = 0

    def begin_epoch(self):
        self.run.n_epochs = float(self.run.epoch)
        self.run.in_train = True
        self.run.model.train()

    def begin_validate(self):
        self.run.in_train = False
        self.run.model.eval()

    def after_batch(self):
        if self.run.in_train:
            self.run.n_iter += 1
            self.run.n_epochs += 1 / self.run.iters


class Runner:
    def __init__(self, cbs=None, cb_funcs=None):
        self.cbs = [TrainEvalCallback()]
        self.cbs.extend(listify(cbs))
        for make in listify(cb_funcs):
            self.cbs.append(make())
        for cb in self.cbs:
            if isinstance(cb, Callback):
                setattr(self, cb.name, cb)
        self.stop = False
        self.learn = None

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
        in_order = sorted(self.cbs, key=lambda cb: getattr(cb, "_order", 0))
        for cb in in_order:
            if hasattr(cb, event):
                if getattr(cb, event)():
                    return True
        return False

    def one_batch(self, xb, yb):
        self.xb = xb
        self.yb = yb
        if self("begin_batch"):
            return
        self.pred = self.model(self.xb)
        if self("after_pred"):
            return
        self.loss = self.loss_func(self.pred, self.yb)
        if self("after_loss"):
            return
        if not self.in_train:
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
        for xb, yb in dl:
            if self.stop:
                break
            self.one_batch(xb, yb)
            self("after_batch")
        self.stop = False

    def fit(self, epochs, learn):
        self.epochs = epochs
        self.learn = learn
        self.stop = False
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
                if not self("begin_validate"):
                    with torch.no_grad():
                        self.all_batches(self.data.valid_dl)
                if self("after_epoch"):
                    return
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
        self.loss = 0.0
        self.mets = [0.0 for _ in self.metrics]
        self.count = 0

    def accumulate(self, run):
        n = run.xb.shape[0]
        self.count += n
        self.loss += float(run.loss) * n
        for i in range(len(self.metrics)):
            self.mets[i] += float(self.metrics[i](run.pred, run.yb)) * n

    @property
    def avg_stats(self):
        return [self.loss / self.count] + [met / self.count for met in self.mets]

    def __repr__(self):
        phase = "train" if self.in_train else "valid"
        return f"{phase}: {self.avg_stats}" if self.count else f"{phase}: nothing"


class AvgStatsCallback(Callback):
    def __init__(self, metrics):
        self.train_stats = AvgStats(metrics, True)
        self.valid_stats = AvgStats(metrics, False)

    def begin_epoch(self):
        self.train_stats.reset()
        self.valid_stats.reset()

    def after_loss(self):
        if self.run.in_train:
            self.train_stats.accumulate(self.run)
        else:
            self.valid_stats.accumulate(self.run)

    def after_epoch(self):
        print(self.train_stats)
        print(self.valid_stats)
