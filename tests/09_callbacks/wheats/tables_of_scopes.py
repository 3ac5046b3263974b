"""Tables: one says which scope holds which, one what a batch does; a single method walks them. Order by pulling forward."""

import math
from types import SimpleNamespace

import torch


EVENTS = (
    "before_fit",
    "before_epoch",
    "before_train",
    "before_batch",
    "after_pred",
    "after_loss",
    "after_backward",
    "after_step",
    "after_cancel_batch",
    "after_batch",
    "after_cancel_train",
    "after_train",
    "before_validate",
    "after_cancel_validate",
    "after_validate",
    "after_cancel_epoch",
    "after_epoch",
    "after_cancel_fit",
    "after_fit",
)
event = SimpleNamespace(**{name: name for name in EVENTS})


class CancelBatchException(Exception):
    """Skip the rest of this batch."""


class CancelTrainException(Exception):
    """Skip the rest of this epoch's training."""


class CancelValidException(Exception):
    """Skip the rest of this epoch's validation."""


class CancelEpochException(Exception):
    """Skip the rest of this epoch."""


class CancelFitException(Exception):
    """Skip the rest of the fit."""


# scope: (its own cancellation, what it consists of)
SCOPES = {
    "fit": (CancelFitException, "epochs"),
    "epoch": (CancelEpochException, "phases"),
    "train": (CancelTrainException, "batches"),
    "validate": (CancelValidException, "batches"),
    "batch": (CancelBatchException, "steps"),
}
# what a batch does, the event after it, and whether validation does it, too
STEPS = (
    (lambda learn: setattr(learn, "pred", learn.model(*learn.xb)), "after_pred", True),
    (lambda learn: setattr(learn, "loss", learn.loss_func(learn.pred, *learn.yb)), "after_loss", True),
    (lambda learn: learn.loss.backward(), "after_backward", False),
    (lambda learn: learn.opt.step(), "after_step", False),
    (lambda learn: learn.opt.zero_grad(), None, False),
)


class Callback:
    run_before = ()
    run_after = ()

    def __getattr__(self, name):
        if name.startswith("__") or "learn" not in vars(self):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return getattr(vars(self)["learn"], name)


def sort_callbacks(cbs):
    """From left to right: while somebody further right has to come first, pull it here."""
    cbs = list(cbs)

    def matches(cb, wanted):
        return any(
            isinstance(cb, kind) for kind in (wanted if isinstance(wanted, (list, tuple)) else [wanted])
        )

    for place in range(len(cbs)):
        for _ in range(len(cbs) - place):
            here = cbs[place]
            further = range(place + 1, len(cbs))
            pulled = [
                i for i in further if matches(cbs[i], here.run_after) or matches(here, cbs[i].run_before)
            ]
            if not pulled:
                break
            cbs.insert(place, cbs.pop(pulled[0]))
        else:
            raise ValueError(f"run_before and run_after put {type(cbs[place]).__name__} before itself")
    return cbs


class Learner:
    def __init__(self, dls, model, loss_func, opt_func, lr, cbs=None, metrics=None):
        vars(self).update(dls=dls, model=model, loss_func=loss_func, opt_func=opt_func, lr=lr)
        self.metrics = [*metrics] if metrics is not None else []
        self.opt = opt_func(self.model.parameters(), lr=lr)
        self.recorder = Recorder()
        self.cbs = []
        self.add_cbs([TrainEvalCallback(), self.recorder] + list(cbs or []))

    def add_cbs(self, cbs):
        for cb in cbs:
            cb.learn = self
        self.cbs = sort_callbacks(self.cbs + list(cbs))

    def remove_cbs(self, cbs):
        for cb in cbs:
            self.cbs = [known for known in self.cbs if known is not cb]

    def __call__(self, name):
        for method in [getattr(cb, name, None) for cb in self.cbs]:
            if method is not None:
                method()

    @property
    def x(self):
        return self.xb if len(self.xb) != 1 else self.xb[0]

    @property
    def y(self):
        return self.yb if len(self.yb) != 1 else self.yb[0]

    def fit(self, n_epoch):
        self.n_epoch = n_epoch
        self.walk("fit")

    def walk(self, scope):
        own, content = SCOPES[scope]
        try:
            self("before_" + scope)
            getattr(self, content)()
        except own:
            self("after_cancel_" + scope)
        self("after_" + scope)

    def epochs(self):
        for self.epoch in range(self.n_epoch):
            self.walk("epoch")

    def phases(self):
        for scope, loader in (("train", "train"), ("validate", "valid")):
            self.phase, self.loader = scope, getattr(self.dls, loader)
            with torch.set_grad_enabled(scope == "train"):
                self.walk(scope)

    def batches(self):
        self.dl, self.n_iter = self.loader, len(self.loader)
        for self.iter, (xb, yb) in enumerate(self.dl):
            self.xb = tuple(xb) if isinstance(xb, (list, tuple)) else (xb,)
            self.yb = tuple(yb) if isinstance(yb, (list, tuple)) else (yb,)
            self.pred, self.loss = None, None
            self.walk("batch")

    def steps(self):
        for do, name, always in STEPS:
            if always or self.phase == "train":
                do(self)
                if name:
                    self(name)


class TrainEvalCallback(Callback):
    def before_fit(self):
        vars(self.learn).update(train_iter=0, pct_train=0.0)

    def before_train(self):
        vars(self.learn).update(training=True, pct_train=self.epoch / self.n_epoch)
        self.model.train()

    def before_validate(self):
        vars(self.learn).update(training=False)
        self.model.eval()

    def after_batch(self):
        if self.training:
            done = self.learn.pct_train + 1 / (self.n_epoch * self.n_iter)
            vars(self.learn).update(train_iter=self.train_iter + 1, pct_train=done)


class Recorder(Callback):
    run_after = (TrainEvalCallback,)

    def __init__(self, beta=0.98):
        self.beta = beta

    def before_fit(self):
        self.values, self.state = [], (0.0, 0)
        self.before_epoch()

    def before_epoch(self):
        self.table = []  # (training, items, loss, *metrics) of each batch

    def after_batch(self):
        if self.loss is None:
            return
        row = [self.training, len(self.xb[0]), float(self.loss.detach())]
        if self.training:
            average, t = self.state
            self.state = self.beta * average + (1 - self.beta) * row[2], t + 1
            self.learn.smooth_loss = self.state[0] / (1 - self.beta ** self.state[1])
        else:
            row.extend(float(metric(self.pred, *self.yb)) for metric in self.metrics)
        self.table.append(row)

    def after_epoch(self):
        def column(training, i):
            rows = [row for row in self.table if row[0] == training]
            items = sum(row[1] for row in rows)
            return math.fsum(row[1] * row[i] for row in rows) / items if items else math.nan

        self.values.append([column(True, 2), *(column(False, 2 + i) for i in range(1 + len(self.metrics)))])


class ModelResetter(Callback):
    def before_train(self):
        self.model.reset()

    def before_validate(self):
        self.model.reset()


class RNNRegularizer(Callback):
    def __init__(self, alpha=0.0, beta=0.0):
        self.alpha, self.beta = alpha, beta

    def after_pred(self):
        self.learn.pred, self.raw, self.dropped = self.pred

    def after_loss(self):
        if not self.training:
            return
        h = self.raw[-1]
        terms = {self.dropped[-1]: self.alpha, h.diff(dim=1): self.beta if h.shape[1] > 1 else 0.0}
        self.learn.loss = self.loss + sum(w * t.pow(2).mean() for t, w in terms.items() if w)


class TerminateOnNaN(Callback):
    run_before = Recorder

    def after_batch(self):
        loss = self.loss
        if loss is not None and (loss != loss or loss in (math.inf, -math.inf)):
            raise CancelFitException


class GradientClip(Callback):
    def __init__(self, max_norm):
        self.max_norm = max_norm

    def after_backward(self):
        grads = [p.grad for p in self.model.parameters() if p.grad is not None]
        norm = sum((g * g).sum() for g in grads) ** 0.5
        if norm > self.max_norm:
            for g in grads:
                g.div_(norm / self.max_norm)


class ParamScheduler(Callback):
    run_after = TrainEvalCallback

    def __init__(self, scheds):
        self.scheds = scheds

    def before_batch(self):
        if self.training:
            groups = self.opt.hypers if hasattr(self.opt, "hypers") else self.opt.param_groups
            for i in range(len(groups)):
                for name in self.scheds:
                    groups[i][name] = self.scheds[name](self.pct_train)


def fit_one_cycle(learn, n_epoch, lr_max, moms=(0.95, 0.85, 0.95)):
    """lr in equal factors (straight on a logarithmic axis), momentum in equal steps."""
    knots = ((0.0, lr_max / 25), (0.25, lr_max), (1.0, lr_max / 1e5))

    def lr(pct):
        (p0, v0), (p1, v1) = knots[:2] if pct < 0.25 else knots[1:]
        return v0 * (v1 / v0) ** ((pct - p0) / (p1 - p0))

    def mom(pct):
        (p0, v0), (p1, v1) = (
            ((0.0, moms[0]), (0.25, moms[1])) if pct < 0.25 else ((0.25, moms[1]), (1.0, moms[2]))
        )
        return v0 + (v1 - v0) * (pct - p0) / (p1 - p0)

    scheduler = ParamScheduler({"lr": lr, "mom": mom})
    learn.add_cbs([scheduler])
    try:
        learn.fit(n_epoch)
    finally:
        learn.remove_cbs([scheduler])


class GradientAccumulation(Callback):
    """The gradients of sums are gathered, and divided by the items."""

    def __init__(self, n):
        self.n = n

    def before_train(self):
        self.sizes = []

    def after_loss(self):
        if self.training:
            self.plain = self.loss
            self.learn.loss = self.loss * self.xb[0].shape[0]

    def after_backward(self):
        self.learn.loss = self.plain
        self.sizes.append(self.xb[0].shape[0])
        if len(self.sizes) % self.n and self.iter != self.n_iter - 1:
            raise CancelBatchException
        items = sum(self.sizes)
        self.sizes.clear()
        torch._foreach_div_([p.grad for p in self.model.parameters() if p.grad is not None], items)


class Mixup(Callback):
    def __init__(self, alpha):
        self.alpha = alpha

    def before_batch(self):
        if not self.training:
            return
        a, b = torch._standard_gamma(torch.full((2,), float(self.alpha))).tolist()
        self.share = a / (a + b) if a + b else 0.5
        partner = torch.randperm(len(self.xb[0]))
        self.learn.xb = tuple(x.mul(self.share).add(x[partner], alpha=1 - self.share) for x in self.xb)
        self.ys = self.yb, tuple(y[partner] for y in self.yb)

    def after_loss(self):
        if self.training:
            shares = self.share, 1 - self.share
            self.learn.loss = sum(s * self.loss_func(self.pred, *y) for s, y in zip(shares, self.ys))


class SwitchCallback(Callback):
    def __init__(self, networks, turns=(1, 1)):
        self.networks = list(networks)
        self.round = [0] * turns[0] + [1] * turns[1]

    def before_fit(self):
        self.parameters = [list(network.parameters()) for network in self.networks]
        self.before = [[p.requires_grad for p in ps] for ps in self.parameters]
        self.counter = -1

    def before_batch(self):
        if self.training:
            self.counter += 1
            self.learn.turn = self.round[self.counter % len(self.round)]
            for i, ps in enumerate(self.parameters):
                for p in ps:
                    p.requires_grad = i == self.turn

    def after_fit(self):
        for ps, wanted in zip(self.parameters, self.before):
            for p, w in zip(ps, wanted):
                p.requires_grad = w
