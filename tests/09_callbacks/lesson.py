"""The unit as the chapter solves it: its loop over a batch, and epochs and phases in the same manner around it.

The loop over a batch and the three callbacks that the chapter prints are as there, with events called before_ and
after_cancel_validate; what it only describes is written by its text. The course decides that after_fit, other than the
chapter's after_batch, comes only at the end of a fit that no mistake has broken off.
"""

import math
from types import SimpleNamespace

import torch

event = SimpleNamespace(
    before_fit="before_fit",
    before_epoch="before_epoch",
    before_train="before_train",
    before_batch="before_batch",
    after_pred="after_pred",
    after_loss="after_loss",
    after_backward="after_backward",
    after_step="after_step",
    after_cancel_batch="after_cancel_batch",
    after_batch="after_batch",
    after_cancel_train="after_cancel_train",
    after_train="after_train",
    before_validate="before_validate",
    after_cancel_validate="after_cancel_validate",
    after_validate="after_validate",
    after_cancel_epoch="after_cancel_epoch",
    after_epoch="after_epoch",
    after_cancel_fit="after_cancel_fit",
    after_fit="after_fit",
)


class CancelBatchException(Exception):
    pass


class CancelTrainException(Exception):
    pass


class CancelValidException(Exception):
    pass


class CancelEpochException(Exception):
    pass


class CancelFitException(Exception):
    pass


class Callback:
    run_before = ()
    run_after = ()

    def __getattr__(self, name):
        if name == "learn":
            raise AttributeError(name)
        return getattr(self.learn, name)


def listify(o):
    return list(o) if isinstance(o, (list, tuple)) else [o]


def is_first(cb, others):
    for other in others:
        if other is cb:
            continue
        if isinstance(other, tuple(listify(cb.run_after))):
            return False
        if isinstance(cb, tuple(listify(other.run_before))):
            return False
    return True


def sort_callbacks(cbs):
    cbs, res = list(cbs), []
    while cbs:
        firsts = [cb for cb in cbs if is_first(cb, cbs)]
        if not firsts:
            raise Exception("Impossible to sort")
        res.append(firsts[0])
        cbs.remove(firsts[0])
    return res


def tuplify(o):
    return tuple(o) if isinstance(o, (list, tuple)) else (o,)


def detuplify(o):
    return o[0] if len(o) == 1 else o


class Learner:
    def __init__(self, dls, model, loss_func, opt_func, lr, cbs=None, metrics=None):
        self.dls, self.model, self.loss_func, self.opt_func, self.lr = dls, model, loss_func, opt_func, lr
        self.metrics = metrics or []
        self.opt = None
        self.cbs = []
        self.recorder = Recorder()
        self.add_cbs([TrainEvalCallback(), self.recorder, *(cbs or [])])

    def add_cbs(self, cbs):
        self.cbs = sort_callbacks(self.cbs + list(cbs))
        for cb in self.cbs:
            cb.learn = self

    def remove_cbs(self, cbs):
        for cb in cbs:
            self.cbs.remove(cb)

    def __call__(self, name):
        for cb in self.cbs:
            f = getattr(cb, name, None)
            if f:
                f()

    @property
    def x(self):
        return detuplify(self.xb)

    @property
    def y(self):
        return detuplify(self.yb)

    def one_batch(self, i, b):
        self.iter = i
        try:
            self.xb, self.yb = tuplify(b[0]), tuplify(b[1])
            self("before_batch")
            self.pred = self.model(*self.xb)
            self("after_pred")
            self.loss = self.loss_func(self.pred, *self.yb)
            self("after_loss")
            if not self.training:
                return
            self.loss.backward()
            self("after_backward")
            self.opt.step()
            self("after_step")
            self.opt.zero_grad()
        except CancelBatchException:
            self("after_cancel_batch")
        finally:
            self("after_batch")

    def all_batches(self, dl):
        self.dl, self.n_iter = dl, len(dl)
        for i, b in enumerate(dl):
            self.one_batch(i, b)

    def do_train(self):
        try:
            self("before_train")
            self.all_batches(self.dls.train)
        except CancelTrainException:
            self("after_cancel_train")
        finally:
            self("after_train")

    def do_validate(self):
        try:
            self("before_validate")
            with torch.no_grad():
                self.all_batches(self.dls.valid)
        except CancelValidException:
            self("after_cancel_validate")
        finally:
            self("after_validate")

    def fit(self, n_epoch):
        self.n_epoch = n_epoch
        if self.opt is None:
            self.opt = self.opt_func(self.model.parameters(), lr=self.lr)
        try:
            self("before_fit")
            for epoch in range(n_epoch):
                self.epoch = epoch
                try:
                    self("before_epoch")
                    self.do_train()
                    self.do_validate()
                except CancelEpochException:
                    self("after_cancel_epoch")
                finally:
                    self("after_epoch")
        except CancelFitException:
            self("after_cancel_fit")
        self("after_fit")


class TrainEvalCallback(Callback):
    def before_fit(self):
        self.learn.train_iter, self.learn.pct_train = 0, 0.0

    def after_batch(self):
        if self.training:
            self.learn.pct_train += 1.0 / (self.n_iter * self.n_epoch)
            self.learn.train_iter += 1

    def before_train(self):
        self.learn.pct_train = self.epoch / self.n_epoch
        self.model.train()
        self.learn.training = True

    def before_validate(self):
        self.model.eval()
        self.learn.training = False


class Recorder(Callback):
    run_after = TrainEvalCallback
    beta = 0.98

    def before_fit(self):
        self.values, self.avg, self.count = [], 0.0, 0

    def before_epoch(self):
        self.train_tot, self.train_n = 0.0, 0
        self.valid_tots, self.valid_n = [0.0] * (1 + len(self.metrics)), 0

    def after_batch(self):
        if not hasattr(self, "loss"):
            return
        n = len(self.xb[0])
        if self.training:
            self.train_tot += self.loss.item() * n
            self.train_n += n
            self.avg = self.beta * self.avg + (1 - self.beta) * self.loss.item()
            self.count += 1
            self.learn.smooth_loss = self.avg / (1 - self.beta**self.count)
        else:
            vals = [self.loss.item()] + [float(m(self.pred, *self.yb)) for m in self.metrics]
            self.valid_tots = [t + v * n for t, v in zip(self.valid_tots, vals, strict=True)]
            self.valid_n += n

    def after_epoch(self):
        self.values.append(
            [self.train_tot / max(self.train_n, 1)] + [t / max(self.valid_n, 1) for t in self.valid_tots]
        )


class ModelResetter(Callback):
    def before_train(self):
        self.model.reset()

    def before_validate(self):
        self.model.reset()


class RNNRegularizer(Callback):
    def __init__(self, alpha=0.0, beta=0.0):
        self.alpha, self.beta = alpha, beta

    def after_pred(self):
        self.raw_out, self.out = self.pred[1], self.pred[2]
        self.learn.pred = self.pred[0]

    def after_loss(self):
        if not self.training:
            return
        if self.alpha != 0.0:
            self.learn.loss += self.alpha * self.out[-1].float().pow(2).mean()
        if self.beta != 0.0:
            h = self.raw_out[-1]
            if len(h) > 1:
                self.learn.loss += self.beta * (h[:, 1:] - h[:, :-1]).float().pow(2).mean()


class TerminateOnNaN(Callback):
    run_before = Recorder

    def after_batch(self):
        if torch.isinf(self.loss) or torch.isnan(self.loss):
            raise CancelFitException


class GradientClip(Callback):
    def __init__(self, max_norm):
        self.max_norm = max_norm

    def after_backward(self):
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.max_norm)


class ParamScheduler(Callback):
    run_after = TrainEvalCallback

    def __init__(self, scheds):
        self.scheds = scheds

    def before_batch(self):
        if self.training:
            groups = self.opt.hypers if hasattr(self.opt, "hypers") else self.opt.param_groups
            for name, sched in self.scheds.items():
                for group in groups:
                    group[name] = sched(self.pct_train)


def combined_cos(pct, start, middle, end):
    def cos(a, b, pos):
        return a + (1 + math.cos(math.pi * (1 - pos))) * (b - a) / 2

    def sched(pos):
        return cos(start, middle, pos / pct) if pos < pct else cos(middle, end, (pos - pct) / (1 - pct))

    return sched


def fit_one_cycle(learn, n_epoch, lr_max, moms=(0.95, 0.85, 0.95)):
    scheds = {"lr": combined_cos(0.25, lr_max / 25, lr_max, lr_max / 1e5), "mom": combined_cos(0.25, *moms)}
    scheduler = ParamScheduler(scheds)
    learn.add_cbs([scheduler])
    learn.fit(n_epoch)
    learn.remove_cbs([scheduler])
