"""Callbacks count by what the learner counts; a fit clears gradients and sorts; scopes are context managers."""

import contextlib
import copy
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


class Callback:
    run_before = ()
    run_after = ()

    def __getattr__(self, name):
        learn = vars(self).get("learn")
        if learn is None:
            raise AttributeError(f"{type(self).__name__} has no {name!r}, and no learner to ask")
        return getattr(learn, name)


def _as_tuple(o):
    return tuple(o) if isinstance(o, (list, tuple)) else (o,)


def sort_callbacks(cbs):
    def comes_before(a, b):
        return isinstance(b, _as_tuple(a.run_before)) or isinstance(a, _as_tuple(b.run_after))

    waiting, done = list(cbs), []
    while waiting:
        for candidate in waiting:
            if not any(comes_before(other, candidate) for other in waiting if other is not candidate):
                break
        else:
            raise ValueError("the callbacks' wishes form a circle")
        waiting = [cb for cb in waiting if cb is not candidate]
        done.append(candidate)
    return done


class _Scope:
    """Fires the after_ events on the way out. The before_ event is fired inside, by whoever opens the scope."""

    def __init__(self, learn, name, cancel):
        self.learn, self.name, self.cancel = learn, name, cancel

    def __enter__(self):
        return self

    def __exit__(self, kind, mistake, traceback):
        if kind is not None:
            if not issubclass(kind, self.cancel):
                return False
            self.learn(f"after_cancel_{self.name}")
        self.learn(f"after_{self.name}")
        return True


class Learner:
    def __init__(self, dls, model, loss_func, opt_func, lr, cbs=None, metrics=None):
        self.dls, self.model, self.loss_func = dls, model, loss_func
        self.opt_func, self.lr = opt_func, lr
        self.metrics = list(metrics or ())
        self.opt = None
        self.recorder = Recorder()
        self.cbs = []
        self.add_cbs([TrainEvalCallback(), self.recorder, *(() if cbs is None else _as_tuple(cbs))])

    def add_cbs(self, cbs):
        cbs = _as_tuple(cbs)
        self.cbs = sort_callbacks([*self.cbs, *cbs])
        for cb in cbs:
            cb.learn = self

    def remove_cbs(self, cbs):
        gone = {id(cb) for cb in _as_tuple(cbs)}
        self.cbs = [cb for cb in self.cbs if id(cb) not in gone]

    def __call__(self, event_name):
        for cb in self.cbs:
            method = getattr(cb, event_name, None)
            if method is not None:
                method()

    @property
    def x(self):
        return self.xb[0] if len(self.xb) == 1 else self.xb

    @property
    def y(self):
        return self.yb[0] if len(self.yb) == 1 else self.yb

    def fit(self, n_epoch):
        self.n_epoch = n_epoch
        self.cbs = sort_callbacks(self.cbs)
        self._clear_gradients()
        self.opt = self.opt_func(self.model.parameters(), lr=self.lr)
        with _Scope(self, "fit", CancelFitException):
            self("before_fit")
            for self.epoch in range(n_epoch):
                self._one_epoch()

    def _clear_gradients(self):
        """What a fit that was broken off has left must not get into the next one."""
        for p in self.model.parameters():
            p.grad = None

    def _one_epoch(self):
        with _Scope(self, "epoch", CancelEpochException):
            self("before_epoch")
            with _Scope(self, "train", CancelTrainException):
                self("before_train")
                self._all_batches(self.dls.train, self._learn_from_it)
            with _Scope(self, "validate", CancelValidException):
                self("before_validate")
                with torch.no_grad():
                    self._all_batches(self.dls.valid, lambda: None)

    def _all_batches(self, dl, and_then):
        self.dl, self.n_iter = dl, len(dl)
        for self.iter, (xb, yb) in enumerate(dl):
            self.xb, self.yb = _as_tuple(xb), _as_tuple(yb)
            self.pred = self.loss = None
            with _Scope(self, "batch", CancelBatchException):
                self("before_batch")
                self.pred = self.model(*self.xb)
                self("after_pred")
                self.loss = self.loss_func(self.pred, *self.yb)
                self("after_loss")
                and_then()

    def _learn_from_it(self):
        self.loss.backward()
        self("after_backward")
        self.opt.step()
        self("after_step")
        self.opt.zero_grad()


class TrainEvalCallback(Callback):
    def before_fit(self):
        self.learn.train_iter = 0
        self.learn.pct_train = 0.0

    def before_train(self):
        self.model.train()
        self.learn.training = True

    def after_batch(self):
        if self.training:
            self.learn.train_iter += 1
            self.learn.pct_train = self.train_iter / (self.n_epoch * self.n_iter)

    def before_validate(self):
        self.model.eval()
        self.learn.training = False


def _groups(opt):
    return opt.hypers if hasattr(opt, "hypers") else opt.param_groups


def _number(loss):
    return float(loss.detach()) if isinstance(loss, torch.Tensor) else float(loss)


class Average:
    def __init__(self):
        self.total, self.items = 0.0, 0

    def add(self, mean, n):
        self.total += _number(mean) * n
        self.items += n

    @property
    def value(self):
        return self.total / self.items if self.items else math.nan


class Recorder(Callback):
    run_after = TrainEvalCallback

    def __init__(self, beta=0.98):
        self.beta = beta
        self.values = []

    def before_fit(self):
        self.values = []
        self.running = 0.0
        self.weight = 0.0
        self._new_averages()

    def _new_averages(self):
        self.train_loss, self.valid_loss = Average(), Average()
        self.valid_metrics = [Average() for _ in self.learn.metrics]

    def after_batch(self):
        if self.loss is None:
            return
        n, loss = len(self.xb[0]), _number(self.loss)
        if self.training:
            self.train_loss.add(loss, n)
            self.running = self.beta * self.running + (1 - self.beta) * loss
            self.weight = self.beta * self.weight + (1 - self.beta)
            self.learn.smooth_loss = self.running / self.weight
        else:
            self.valid_loss.add(loss, n)
            for average, metric in zip(self.valid_metrics, self.learn.metrics):
                average.add(metric(self.pred, *self.yb), n)

    def after_epoch(self):
        averages = [self.train_loss, self.valid_loss, *self.valid_metrics]
        self.values.append([average.value for average in averages])
        self._new_averages()


class ModelResetter(Callback):
    def before_train(self):
        self.model.reset()

    def before_validate(self):
        self.model.reset()


class RNNRegularizer(Callback):
    def __init__(self, alpha=0.0, beta=0.0):
        self.alpha, self.beta = alpha, beta

    def after_pred(self):
        self.learn.pred, plain, dropped = self.pred
        self.plain, self.dropped = plain[-1], dropped[-1]

    def after_loss(self):
        plain, dropped = self.plain, self.dropped
        self.plain = self.dropped = None
        if not self.training:
            return
        if self.alpha:
            self.learn.loss = self.loss + self.alpha * dropped.square().mean()
        if self.beta:
            self.learn.loss = self.loss + self.beta * plain.diff(dim=1).square().mean()


class TerminateOnNaN(Callback):
    run_before = Recorder

    def after_batch(self):
        if self.loss is not None and not math.isfinite(_number(self.loss)):
            raise CancelFitException


class GradientClip(Callback):
    def __init__(self, max_norm):
        self.max_norm = max_norm

    def after_backward(self):
        grads = [p.grad for p in {id(p): p for p in self.model.parameters()}.values() if p.grad is not None]
        norm = math.hypot(*(g.norm(dtype=torch.promote_types(g.dtype, torch.float32)).item() for g in grads))
        if norm > self.max_norm:
            for g in grads:
                g.mul_(self.max_norm / norm)


class ParamScheduler(Callback):
    run_after = TrainEvalCallback

    def __init__(self, scheds):
        self.scheds = scheds

    def before_batch(self):
        if self.training:
            for group in _groups(self.opt):
                group.update({name: sched(self.pct_train) for name, sched in self.scheds.items()})


def _up_and_down(start, turn, end, at=0.25):
    def half_wave(a, b, share):
        return a + (b - a) * (1 - math.cos(math.pi * share)) / 2

    return lambda pct: (
        half_wave(start, turn, pct / at) if pct < at else half_wave(turn, end, (pct - at) / (1 - at))
    )


def fit_one_cycle(learn, n_epoch, lr_max, moms=(0.95, 0.85, 0.95)):
    first, turn, last = moms
    cycle = ParamScheduler(
        {"lr": _up_and_down(lr_max / 25, lr_max, lr_max / 1e5), "mom": _up_and_down(first, turn, last)}
    )
    with _for_a_while(learn, cycle):
        learn.fit(n_epoch)


@contextlib.contextmanager
def _for_a_while(learn, cb):
    learn.add_cbs(cb)
    try:
        yield
    finally:
        learn.remove_cbs(cb)


class GradientAccumulation(Callback):
    run_before = GradientClip

    def __init__(self, n):
        self.n = n

    def before_train(self):
        self._new_group()

    def _new_group(self):
        self.batches = self.items = 0
        self.sums = {}

    def after_backward(self):
        items = len(self.xb[0])
        self.batches += 1
        self.items += items
        for p in self.model.parameters():
            if p.grad is not None:
                self.sums[p] = self.sums.get(p, 0) + items * p.grad
                p.grad = None
        if self.batches < self.n and self.iter + 1 < self.n_iter:
            raise CancelBatchException
        for p, total in self.sums.items():
            p.grad = total / self.items
        self._new_group()


class LRFinder(Callback):
    run_after = (TrainEvalCallback, RNNRegularizer, ParamScheduler)

    def __init__(self, start_lr=1e-7, end_lr=10.0, num_it=100):
        self.start_lr, self.end_lr, self.num_it = start_lr, end_lr, num_it
        self.lrs, self.losses = [], []
        self.saved = None

    def before_fit(self):
        self.lrs, self.losses = [], []
        self.lowest = math.inf
        self.saved = copy.deepcopy(self.model.state_dict())

    def before_batch(self):
        if self.training:
            share = len(self.lrs) / max(self.num_it - 1, 1)
            self.lr_now = self.start_lr * (self.end_lr / self.start_lr) ** share
            for group in _groups(self.opt):
                group["lr"] = self.lr_now

    def after_loss(self):
        if self.training:
            self.lrs.append(self.lr_now)
            self.losses.append(_number(self.loss))

    def after_batch(self):
        if not self.training or not self.losses:
            return
        loss = self.losses[-1]
        self.lowest = min(self.lowest, loss)
        too_high = loss > self.lowest + 3 * abs(self.lowest)
        if too_high or not math.isfinite(loss) or len(self.lrs) >= self.num_it:
            raise CancelFitException

    def before_validate(self):
        raise CancelValidException

    def after_fit(self):
        if self.saved is not None:
            self.model.load_state_dict(self.saved)
            self.saved = None


def lr_find(learn, start_lr=1e-7, end_lr=10.0, num_it=100):
    finder, opt = LRFinder(start_lr, end_lr, num_it), learn.opt
    try:
        with _for_a_while(learn, finder):
            learn.fit(math.ceil(num_it / len(learn.dls.train)))
    finally:
        learn.opt = opt
    points = [(math.log(lr), loss) for lr, loss in zip(finder.lrs, finder.losses) if math.isfinite(loss)]
    suggestion = None
    if len(points) > 1:
        where, losses = (torch.tensor(column, dtype=torch.float64) for column in zip(*points))
        (slopes,) = torch.gradient(losses, spacing=(where,))
        suggestion = math.exp(where[slopes.argmin()].item())
    return finder.lrs, finder.losses, suggestion


class MixedPrecision(Callback):
    run_after = (RNNRegularizer, LRFinder)
    run_before = (GradientAccumulation, GradientClip)

    def __init__(self, dtype=None, scale=2.0**16, growth=2000):
        self.dtype, self.scale, self.growth = dtype, scale, growth
        self.good = 0
        self.context = self.true_loss = None

    def before_fit(self):
        self.put_back()
        self.good = 0
        self.device = next(self.model.parameters()).device.type
        self.kind = self.dtype or (torch.float16 if self.device == "cuda" else torch.bfloat16)

    def before_batch(self):
        self.context = torch.autocast(self.device, dtype=self.kind)
        self.context.__enter__()

    def after_loss(self):
        self._leave()
        if self.training and self.kind == torch.float16:
            self.true_loss = self.loss
            self.learn.loss = self.loss.to(torch.promote_types(self.loss.dtype, torch.float32)) * self.scale

    def after_backward(self):
        if self.true_loss is None:
            return
        self.put_back()
        grads = [p.grad for p in self.model.parameters() if p.grad is not None]
        for g in grads:
            g.div_(self.scale)
        if all(g.isfinite().all() for g in grads):
            self.good += 1
            if self.good == self.growth:
                self.scale *= 2
                self.good = 0
        else:
            self.scale /= 2
            self.good = 0  # the row is broken
            self.opt.zero_grad()
            raise CancelBatchException

    def _leave(self):
        if self.context is not None:
            context, self.context = self.context, None
            context.__exit__(None, None, None)

    def put_back(self):
        self._leave()
        if self.true_loss is not None:
            self.learn.loss, self.true_loss = self.true_loss, None

    after_cancel_batch = after_cancel_train = after_cancel_validate = put_back
    after_cancel_epoch = after_cancel_fit = put_back


class Mixup(Callback):
    run_before = (RNNRegularizer, LRFinder, MixedPrecision)

    def __init__(self, alpha):
        self.alpha = alpha

    def before_batch(self):
        if not self.training:
            return
        self.share = torch.distributions.Beta(self.alpha, self.alpha).sample().item()
        self.partner = torch.randperm(len(self.xb[0]), device=self.xb[0].device)
        self.learn.xb = tuple(self.share * x + (1 - self.share) * x[self.partner] for x in self.xb)

    def after_loss(self):
        if self.training:
            other = self.loss_func(self.pred, *(y[self.partner] for y in self.yb))
            self.learn.loss = self.share * self.loss + (1 - self.share) * other


class SwitchCallback(Callback):
    def __init__(self, networks, turns=(1, 1)):
        self.networks, self.turns = networks, turns
        self.before = []

    def before_fit(self):
        self._restore()
        self.before = [(p, p.requires_grad) for network in self.networks for p in network.parameters()]
        self.learn.turn = 0

    def before_batch(self):
        if self.training:
            self.learn.turn = int(self.train_iter % sum(self.turns) >= self.turns[0])
            for p in self.networks[1 - self.turn].parameters():
                p.requires_grad_(False)
            mine = {id(p) for p in self.networks[self.turn].parameters()}
            for p, required in self.before:
                if id(p) in mine:
                    p.requires_grad_(required)

    def _restore(self):
        for p, required in self.before:
            p.requires_grad_(required)
        self.before = []

    def after_fit(self):
        self._restore()
