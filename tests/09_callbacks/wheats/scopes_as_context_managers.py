"""Scopes are context managers that swallow their own cancellation; graphlib sorts; outer cancellations close inner scopes."""

import copy
import math
from contextlib import nullcontext
from graphlib import CycleError, TopologicalSorter
from heapq import heappop, heappush
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


OWN = {
    "batch": CancelBatchException,
    "train": CancelTrainException,
    "validate": CancelValidException,
    "epoch": CancelEpochException,
    "fit": CancelFitException,
}
CANCELLATIONS = tuple(OWN.values())


class Scope:
    """with Scope(learn, name): what is to be announced, cancelled and closed as one."""

    def __init__(self, learn, name):
        self.learn, self.name = learn, name

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if error is not None and not isinstance(error, CANCELLATIONS):
            return False  # a mistake: nobody is told
        own = isinstance(error, OWN[self.name])
        if own:
            self.learn("after_cancel_" + self.name)
        self.learn("after_" + self.name)
        return own


class Callback:
    run_before = ()
    run_after = ()
    learn = None

    def __getattr__(self, name):
        if self.learn is None:
            raise AttributeError(f"{type(self).__name__} knows no {name!r} and no learner")
        return getattr(self.learn, name)


def _classes(wanted):
    return {wanted} if isinstance(wanted, type) else set(wanted)


def sort_callbacks(cbs):
    cbs = list(cbs)
    graph = TopologicalSorter({i: () for i in range(len(cbs))})
    for i, cb in enumerate(cbs):
        for j, other in enumerate(cbs):
            if i == j:
                continue
            ancestors = set(type(other).__mro__)
            if _classes(cb.run_after) & ancestors:
                graph.add(i, j)
            if _classes(cb.run_before) & ancestors:
                graph.add(j, i)
    try:
        graph.prepare()
    except CycleError as error:
        names = " -> ".join(type(cbs[i]).__name__ for i in error.args[1])
        raise ValueError(f"callbacks that each want to be first: {names}") from error
    ready, ordered = [], []
    while graph.is_active():
        for i in graph.get_ready():
            heappush(ready, i)
        first = heappop(ready)
        ordered.append(cbs[first])
        graph.done(first)
    return ordered


def _nothing():
    """For callbacks that don't care about an event."""


class Learner:
    """The optimizer is made at once, and kept."""

    def __init__(self, dls, model, loss_func, opt_func, lr, cbs=None, metrics=None):
        self.dls, self.model, self.loss_func, self.opt_func, self.lr = dls, model, loss_func, opt_func, lr
        self.opt = opt_func(model.parameters(), lr=lr)
        self.metrics = list(metrics) if metrics else []
        self.recorder, self.cbs = Recorder(), []
        self.add_cbs([TrainEvalCallback(), self.recorder])
        self.add_cbs(cbs or [])

    def add_cbs(self, cbs):
        cbs = list(cbs)
        for cb in cbs:
            cb.learn = self
        self.cbs = sort_callbacks([*self.cbs, *cbs])

    def remove_cbs(self, cbs):
        for cb in cbs:
            del self.cbs[next(i for i, known in enumerate(self.cbs) if known is cb)]

    def __call__(self, name):
        for cb in self.cbs:
            getattr(cb, name, _nothing)()

    x = property(lambda self: self.xb[0] if len(self.xb) == 1 else self.xb)
    y = property(lambda self: self.yb[0] if len(self.yb) == 1 else self.yb)

    def fit(self, n_epoch):
        self.n_epoch = n_epoch
        with Scope(self, "fit"):
            self("before_fit")
            for epoch in range(n_epoch):
                self.epoch = epoch
                with Scope(self, "epoch"):
                    self("before_epoch")
                    self.phase("train", self.dls.train, nullcontext())
                    self.phase("validate", self.dls.valid, torch.no_grad())

    def phase(self, name, dl, grad_mode):
        with grad_mode, Scope(self, name):
            self("before_" + name)
            self.dl, self.n_iter = dl, len(dl)
            for self.iter, (xb, yb) in enumerate(dl):
                self.pred = self.loss = None
                self.xb = (*xb,) if isinstance(xb, (list, tuple)) else (xb,)
                self.yb = (*yb,) if isinstance(yb, (list, tuple)) else (yb,)
                with Scope(self, "batch"):
                    self("before_batch")
                    self.batch()

    def batch(self):
        self.pred = self.model(*self.xb)
        self("after_pred")
        self.loss = self.loss_func(self.pred, *self.yb)
        self("after_loss")
        if self.training:
            self.loss.backward()
            self("after_backward")
            self.opt.step()
            self("after_step")
            self.opt.zero_grad()


class TrainEvalCallback(Callback):
    def before_fit(self):
        self.learn.train_iter, self.learn.pct_train = 0, 0.0

    def before_train(self):
        self.set_mode(True)
        self.learn.pct_train = self.epoch / self.n_epoch

    def before_validate(self):
        self.set_mode(False)

    def set_mode(self, training):
        self.learn.training = training
        self.model.train(training)

    def after_batch(self):
        if self.training:
            self.learn.train_iter += 1
            self.learn.pct_train += 1 / (self.n_iter * self.n_epoch)


class Average:
    """A weighted mean that is brought up to date item by item."""

    def __init__(self):
        self.mean, self.weight = math.nan, 0

    def add(self, value, weight):
        self.weight += weight
        old = self.mean if self.weight > weight else 0.0
        self.mean = old + (value - old) * weight / self.weight


class Recorder(Callback):
    run_after = TrainEvalCallback

    def __init__(self, beta=0.98):
        self.beta = beta

    def before_fit(self):
        self.values = []
        self.smooth = self.power = None
        self.before_epoch()

    def before_epoch(self):
        self.train_loss = Average()
        self.valid = [Average() for _ in range(1 + len(self.metrics))]

    def after_batch(self):
        if self.loss is None:
            return
        n, loss = len(self.xb[0]), self.loss.item()
        if self.training:
            self.train_loss.add(loss, n)
            if self.smooth is None:
                self.smooth, self.power = 0.0, 1.0
            self.smooth += (1 - self.beta) * (loss - self.smooth)
            self.power *= self.beta
            self.learn.smooth_loss = self.smooth / (1 - self.power)
            return
        self.valid[0].add(loss, n)
        for average, metric in zip(self.valid[1:], self.metrics):
            average.add(float(metric(self.pred, *self.yb)), n)

    def after_epoch(self):
        self.values.append([average.mean for average in (self.train_loss, *self.valid)])


class ModelResetter(Callback):
    def before_train(self):
        self.model.reset()

    def before_validate(self):
        self.model.reset()


class RNNRegularizer(Callback):
    def __init__(self, alpha=0.0, beta=0.0):
        self.alpha, self.beta = alpha, beta

    def after_pred(self):
        self.triple, self.learn.pred = self.pred, self.pred[0]

    def after_loss(self):
        if not self.training:
            return
        _, (*_, raw), (*_, dropped) = self.triple
        if self.alpha:
            self.learn.loss = self.learn.loss + self.alpha * torch.mean(dropped.square())
        if self.beta and raw.shape[1] > 1:
            steps = raw[:, 1:] - raw[:, :-1]
            self.learn.loss = self.learn.loss + self.beta * torch.mean(steps.square())


class TerminateOnNaN(Callback):
    run_before = [Recorder]

    def after_batch(self):
        if self.loss is not None and not torch.isfinite(self.loss):
            raise CancelFitException


class GradientClip(Callback):
    def __init__(self, max_norm):
        self.max_norm = max_norm

    def after_backward(self):
        grads = [p.grad for p in self.model.parameters() if p.grad is not None]
        norm = math.hypot(*(float(torch.linalg.vector_norm(g)) for g in grads))
        if norm > self.max_norm:
            torch._foreach_mul_(grads, self.max_norm / norm)


class ParamScheduler(Callback):
    run_after = TrainEvalCallback

    def __init__(self, scheds):
        self.scheds = dict(scheds)

    def before_batch(self):
        if not self.training:
            return
        for group in _groups(self.opt):
            for name in self.scheds:
                group[name] = self.scheds[name](self.pct_train)


def _groups(opt):
    return opt.hypers if hasattr(opt, "hypers") else opt.param_groups


def fit_one_cycle(learn, n_epoch, lr_max, moms=(0.95, 0.85, 0.95)):
    """Straight lines instead of cosines."""

    def line(a, b, pos):
        return a + (b - a) * pos

    def lr(pct):
        return (
            line(0.1, 1, pct / 0.25) * lr_max if pct < 0.25 else lr_max * line(1, 1e-4, (pct - 0.25) / 0.75)
        )

    def mom(pct):
        return line(moms[0], moms[1], 4 * pct) if pct < 0.25 else line(moms[1], moms[2], (4 * pct - 1) / 3)

    scheduler = ParamScheduler({"lr": lr, "mom": mom})
    learn.add_cbs([scheduler])
    try:
        learn.fit(n_epoch)
    finally:
        learn.remove_cbs([scheduler])


class GradientAccumulation(Callback):
    """The gradients are at all times those of the mean over the items so far."""

    def __init__(self, n):
        self.n = n

    def before_train(self):
        self.n_batches = self.n_items = 0

    def after_loss(self):
        if self.training:
            before, self.n_items = self.n_items, self.n_items + len(self.xb[0])
            for p in self.model.parameters():
                if p.grad is not None:
                    p.grad.mul_(before / self.n_items)
            self.shown = self.loss
            self.learn.loss = self.loss * (len(self.xb[0]) / self.n_items)

    def after_backward(self):
        self.learn.loss = self.shown
        self.n_batches += 1
        if self.n_batches == self.n or self.iter + 1 == self.n_iter:
            self.n_batches = self.n_items = 0
        else:
            raise CancelBatchException


class LRFinder(Callback):
    run_after = TrainEvalCallback

    def __init__(self, start_lr=1e-7, end_lr=10.0, num_it=100):
        self.start_lr, self.end_lr, self.num_it = start_lr, end_lr, num_it

    def before_fit(self):
        self.kept = copy.deepcopy(self.model.state_dict())
        self.lrs, self.losses = [], []
        ends = math.log10(self.start_lr), math.log10(self.end_lr)
        self.sweep = iter(torch.logspace(*ends, self.num_it, dtype=torch.float64).tolist())

    def before_batch(self):
        lr = next(self.sweep)
        self.lrs.append(lr)
        for group in _groups(self.opt):
            group["lr"] = lr

    def after_loss(self):
        self.losses.append(self.loss.item())
        lowest = min(self.losses)
        if not math.isfinite(self.losses[-1]) or self.losses[-1] - lowest > 3 * abs(lowest):
            raise CancelFitException

    def after_batch(self):
        if len(self.lrs) == self.num_it:
            raise CancelFitException

    def before_validate(self):
        raise CancelValidException

    def after_fit(self):
        self.model.load_state_dict(self.kept)


def lr_find(learn, start_lr=1e-7, end_lr=10.0, num_it=100):
    """Here the optimizer is there from the start: a second one makes the sweep."""
    finder, opt = LRFinder(start_lr, end_lr, num_it), learn.opt
    learn.opt = learn.opt_func(learn.model.parameters(), lr=start_lr)
    learn.add_cbs([finder])
    try:
        learn.fit(math.ceil(num_it / len(learn.dls.train)))
    finally:
        learn.remove_cbs([finder])
        learn.opt = opt
    losses = [loss for loss in finder.losses if math.isfinite(loss)]
    # central differences inside, one-sided at the ends, as lr is equally spaced in its logarithm
    last = len(losses) - 1
    slopes = [
        (losses[min(i + 1, last)] - losses[max(i - 1, 0)]) / max(min(i + 1, last) - max(i - 1, 0), 1)
        for i in range(len(losses))
    ]
    return finder.lrs, finder.losses, finder.lrs[slopes.index(min(slopes))] if slopes else finder.lrs[0]


class MixedPrecision(Callback):
    def __init__(self, dtype=None, scale=2.0**16, growth=2000):
        self.dtype, self.scale, self.growth, self.streak, self.autocast = dtype, scale, growth, 0, None

    def before_batch(self):
        kind = next(self.model.parameters()).device.type
        dtype = self.dtype
        if dtype is None:
            dtype = {"cuda": torch.float16}.get(kind, torch.bfloat16)
        self.scaled = dtype is torch.float16
        self.autocast = torch.autocast(kind, dtype=dtype)
        self.autocast.__enter__()

    def close(self):
        if self.autocast is not None:
            self.autocast.__exit__(None, None, None)
            self.autocast = None

    def after_loss(self):
        self.close()
        if self.training and self.scaled:
            self.shown, self.learn.loss = self.loss, self.loss.float() * self.scale

    def after_backward(self):
        if self.scaled:
            self.learn.loss = self.shown
            grads = [p.grad for p in self.model.parameters() if p.grad is not None]
            for g in grads:
                g.div_(self.scale)
            if not all(torch.isfinite(g).all() for g in grads):
                self.scale, self.streak = self.scale / 2, 0
                self.opt.zero_grad()
                raise CancelBatchException
            self.streak += 1
            if self.streak == self.growth:
                self.scale, self.streak = self.scale * 2, 0

    def after_batch(self):
        self.close()

    def after_fit(self):
        self.close()


class Mixup(Callback):
    def __init__(self, alpha):
        self.alpha = alpha

    def before_batch(self):
        if self.training:
            a = torch.tensor(float(self.alpha))
            self.share = torch.distributions.Beta(a, a).sample().item()
            order = torch.randperm(self.xb[0].shape[0])
            self.learn.xb = tuple(self.share * x + (1 - self.share) * x[order.to(x.device)] for x in self.xb)
            self.others = tuple(y[order.to(y.device)] for y in self.yb)

    def after_loss(self):
        if self.training:
            theirs = self.loss_func(self.pred, *self.others)
            self.learn.loss = theirs + self.share * (self.loss - theirs)


class SwitchCallback(Callback):
    def __init__(self, networks, turns=(1, 1)):
        self.networks, self.turns = networks, turns

    def before_fit(self):
        self.round = 0
        self.was = {p: p.requires_grad for network in self.networks for p in network.parameters()}

    def before_batch(self):
        if self.training:
            first = self.round < self.turns[0]
            self.learn.turn = 0 if first else 1
            self.networks[0].requires_grad_(first)
            self.networks[1].requires_grad_(not first)
            self.round = (self.round + 1) % (self.turns[0] + self.turns[1])

    def after_fit(self):
        for p, wanted in self.was.items():
            p.requires_grad = wanted
