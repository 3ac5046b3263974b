"""In the manner of the library: _with_events and _do_ methods, delegation by a mixin, tensors for averages; all of stretch."""

import math
from functools import partial
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


def L(o):
    """What may be nothing, one or many, as a list."""
    if o is None:
        return []
    return list(o) if isinstance(o, (list, tuple, set)) else [o]


class Delegates:
    _default = "learn"

    def __getattr__(self, name):
        if name == self._default:
            raise AttributeError(name)
        other = getattr(self, self._default, None)
        if other is None:
            raise AttributeError(name)
        return getattr(other, name)


class Callback(Delegates):
    run_before = None
    run_after = None

    def __call__(self, event_name):
        f = getattr(self, event_name, None)
        if f is not None:
            f()


def _is_first(cb, others):
    for other in others:
        if other is cb:
            continue
        if any(isinstance(other, kind) for kind in L(cb.run_after)):
            return False
        if any(isinstance(cb, kind) for kind in L(other.run_before)):
            return False
    return True


def sort_callbacks(cbs):
    left, result = list(cbs), []
    while left:
        for i, cb in enumerate(left):
            if _is_first(cb, left):
                result.append(left.pop(i))
                break
        else:
            raise ValueError("these callbacks can't be sorted: " + ", ".join(str(type(cb)) for cb in left))
    return result


class Learner:
    def __init__(self, dls, model, loss_func, opt_func, lr, cbs=None, metrics=None):
        self.dls, self.model, self.loss_func, self.opt_func, self.lr = dls, model, loss_func, opt_func, lr
        self.metrics, self.opt, self.cbs = L(metrics), None, []
        self.recorder = Recorder()
        self.add_cbs([TrainEvalCallback(), self.recorder])
        self.add_cbs(list(cbs or []))

    def add_cbs(self, cbs):
        for cb in L(cbs):
            cb.learn = self
            self.cbs = [*self.cbs, cb]
        self.cbs = sort_callbacks(self.cbs)

    def remove_cbs(self, cbs):
        self.cbs = [cb for cb in self.cbs if id(cb) not in map(id, L(cbs))]

    def create_opt(self):
        self.opt = self.opt_func(self.model.parameters(), lr=self.lr)

    def __call__(self, event_name):
        for cb in self.cbs:
            cb(event_name)

    x = property(lambda self: self._detuplified(self.xb))
    y = property(lambda self: self._detuplified(self.yb))

    @staticmethod
    def _detuplified(o):
        return o[0] if len(o) == 1 else o

    def _with_events(self, f, event_type, ex):
        try:
            self(f"before_{event_type}")
            f()
        except ex:
            self(f"after_cancel_{event_type}")
        self(f"after_{event_type}")

    def _split(self, b):
        self.xb, self.yb = tuple(L(b[0])), tuple(L(b[1]))
        self.pred = self.loss = None

    def one_batch(self, i, b):
        self.iter = i
        self._split(b)
        self._with_events(self._do_one_batch, "batch", CancelBatchException)

    def _do_one_batch(self):
        self.pred = self.model(*self.xb)
        self("after_pred")
        self.loss = self.loss_func(self.pred, *self.yb)
        self("after_loss")
        if self.training:
            self._do_learn()

    def _do_learn(self):
        self.loss.backward()
        self("after_backward")
        self.opt.step()
        self("after_step")
        self.opt.zero_grad()

    def all_batches(self):
        self.n_iter = len(self.dl)
        for o in enumerate(self.dl):
            self.one_batch(*o)

    def _do_epoch_train(self):
        self.dl = self.dls.train
        self._with_events(self.all_batches, "train", CancelTrainException)

    def _do_epoch_validate(self):
        self.dl = self.dls.valid
        with torch.no_grad():
            self._with_events(self.all_batches, "validate", CancelValidException)

    def _do_epoch(self):
        self._do_epoch_train()
        self._do_epoch_validate()

    def _do_fit(self):
        for epoch in range(self.n_epoch):
            self.epoch = epoch
            self._with_events(self._do_epoch, "epoch", CancelEpochException)

    def fit(self, n_epoch):
        if self.opt is None:
            self.create_opt()
        self.n_epoch = n_epoch
        self._with_events(self._do_fit, "fit", CancelFitException)


class TrainEvalCallback(Callback):
    def before_fit(self):
        self.learn.train_iter, self.learn.pct_train = 0, 0.0

    def after_batch(self):
        if not self.training:
            return
        self.learn.pct_train += 1.0 / (self.n_iter * self.n_epoch)
        self.learn.train_iter += 1

    def before_train(self):
        self.learn.pct_train = self.epoch / self.n_epoch
        self.model.train()
        self.learn.training = True

    def before_validate(self):
        self.model.eval()
        self.learn.training = False


class AvgMetric:
    def __init__(self, func):
        self.func = func

    def reset(self):
        self.total, self.count = torch.zeros((), dtype=torch.float64), 0

    def accumulate(self, learn):
        bs = len(learn.xb[0])
        self.total += torch.as_tensor(self.func(learn)).detach().double().cpu() * bs
        self.count += bs

    @property
    def value(self):
        return (self.total / self.count).item() if self.count else math.nan


class AvgSmoothLoss:
    def __init__(self, beta):
        self.beta = beta

    def reset(self):
        self.count, self.val = 0, torch.zeros((), dtype=torch.float64)

    def accumulate(self, learn):
        self.count += 1
        self.val = torch.lerp(learn.loss.detach().double().cpu(), self.val, self.beta)

    @property
    def value(self):
        return self.val / (1 - self.beta**self.count)


class Recorder(Callback):
    """smooth_loss is a tensor, as in the library."""

    run_after = TrainEvalCallback

    def __init__(self, beta=0.98):
        self.smooth = AvgSmoothLoss(beta)

    def before_fit(self):
        def of(metric, learn):
            return metric(learn.pred, *learn.yb)

        self.values = []
        self.train_meter = AvgMetric(lambda learn: learn.loss)
        self.valid_meters = [
            AvgMetric(lambda learn: learn.loss),
            *(AvgMetric(partial(of, m)) for m in self.metrics),
        ]
        self.smooth.reset()
        self.before_epoch()

    def before_epoch(self):
        for meter in (self.train_meter, *self.valid_meters):
            meter.reset()

    def after_batch(self):
        if self.loss is None:
            return
        for meter in [self.train_meter, self.smooth] if self.training else self.valid_meters:
            meter.accumulate(self.learn)
        if self.training:
            self.learn.smooth_loss = self.smooth.value

    def after_epoch(self):
        self.values.append([meter.value for meter in (self.train_meter, *self.valid_meters)])


class ModelResetter(Callback):
    def before_train(self):
        self.model.reset()

    def before_validate(self):
        self.model.reset()


class RNNRegularizer(Callback):
    def __init__(self, alpha=0.0, beta=0.0):
        self.alpha, self.beta = alpha, beta

    def after_pred(self):
        self.raw_out, self.out = self.learn.pred[1][-1], self.learn.pred[2][-1]
        self.learn.pred = self.learn.pred[0]

    def after_loss(self):
        if not self.training:
            return
        if self.alpha != 0:
            self.learn.loss = self.learn.loss + self.alpha * self.out.float().pow(2).mean()
        if self.beta != 0 and self.raw_out.shape[1] > 1:
            change = self.raw_out.roll(-1, dims=1)[:, :-1] - self.raw_out[:, :-1]
            self.learn.loss = self.learn.loss + self.beta * change.float().pow(2).mean()


class TerminateOnNaN(Callback):
    run_before = Recorder

    def after_batch(self):
        if self.loss is not None and (self.loss.isnan() or self.loss.isinf()):
            raise CancelFitException


class GradientClip(Callback):
    def __init__(self, max_norm):
        self.max_norm = max_norm

    def after_backward(self):
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.max_norm)


def hypers_of(opt):
    return opt.hypers if hasattr(opt, "hypers") else opt.param_groups


class ParamScheduler(Callback):
    run_after = [TrainEvalCallback]

    def __init__(self, scheds):
        self.scheds = scheds

    def _update_val(self, pct):
        for name, f in self.scheds.items():
            for h in hypers_of(self.opt):
                h[name] = f(pct)

    def before_batch(self):
        if self.training:
            self._update_val(self.pct_train)


def sched_cos(start, end, pos):
    return start + (1 + math.cos(math.pi * (1 - pos))) * (end - start) / 2


def combined_cos(pct, start, middle, end):
    def f(pos):
        if pos < pct:
            return sched_cos(start, middle, pos / pct)
        return sched_cos(middle, end, (pos - pct) / (1 - pct))

    return f


def fit_one_cycle(learn, n_epoch, lr_max, moms=(0.95, 0.85, 0.95), div=25.0, div_final=1e5, pct_start=0.25):
    scheds = {
        "lr": combined_cos(pct_start, lr_max / div, lr_max, lr_max / div_final),
        "mom": combined_cos(pct_start, *moms),
    }
    cb = ParamScheduler(scheds)
    learn.add_cbs(cb)
    try:
        learn.fit(n_epoch)
    finally:
        learn.remove_cbs(cb)


class GradientAccumulation(Callback):
    """Gradients of sums are gathered, and the optimizer sees them divided."""

    run_before = (GradientClip,)

    def __init__(self, n):
        self.n = n

    def before_train(self):
        self.count, self.items = 0, 0

    def after_loss(self):
        if self.training:
            self.mean_loss = self.learn.loss
            self.learn.loss = self.learn.loss * len(self.xb[0])

    def after_backward(self):
        self.learn.loss = self.mean_loss
        self.count += 1
        self.items += len(self.xb[0])
        last = self.iter == self.n_iter - 1
        if self.count % self.n != 0 and not last:
            raise CancelBatchException
        for p in self.model.parameters():
            if p.grad is not None:
                p.grad.div_(self.items)
        self.items = 0


class LRFinder(Callback):
    run_after = TrainEvalCallback

    def __init__(self, start_lr=1e-7, end_lr=10.0, num_it=100):
        self.start_lr, self.end_lr, self.num_it = start_lr, end_lr, num_it

    def before_fit(self):
        self.lrs, self.losses, self.best = [], [], math.inf
        self.state = {k: v.detach().clone() for k, v in self.model.state_dict().items()}

    def before_batch(self):
        pos = len(self.lrs) / (self.num_it - 1) if self.num_it > 1 else 0.0
        self.lrs.append(math.exp((1 - pos) * math.log(self.start_lr) + pos * math.log(self.end_lr)))
        for h in hypers_of(self.opt):
            h["lr"] = self.lrs[-1]

    def after_loss(self):
        self.losses.append(self.loss.item())
        self.best = min(self.best, self.losses[-1])
        if (
            math.isnan(self.losses[-1])
            or self.losses[-1] in (math.inf, -math.inf)
            or self.losses[-1] > self.best + 3 * abs(self.best)
        ):
            raise CancelFitException

    def after_batch(self):
        if len(self.lrs) == self.num_it:
            raise CancelFitException

    def before_validate(self):
        raise CancelValidException

    def after_fit(self):
        self.model.load_state_dict(self.state)


def lr_find(learn, start_lr=1e-7, end_lr=10.0, num_it=100):
    opt, cb = learn.opt, LRFinder(start_lr, end_lr, num_it)
    learn.create_opt()
    learn.add_cbs(cb)
    try:
        learn.fit(num_it // len(learn.dls.train) + 1)
    finally:
        learn.remove_cbs(cb)
        learn.opt = opt
    losses = torch.tensor([o for o in cb.losses if math.isfinite(o)], dtype=torch.float64)
    at = int(torch.gradient(losses)[0].argmin()) if len(losses) > 1 else 0
    return cb.lrs, cb.losses, cb.lrs[at]


class MixedPrecision(Callback):
    def __init__(self, dtype=None, scale=2.0**16, growth=2000):
        self.dtype, self.scale, self.growth, self.good, self.autocast = dtype, scale, growth, 0, None

    def before_batch(self):
        device = next(self.model.parameters()).device.type
        dtype = self.dtype or (torch.float16 if device == "cuda" else torch.bfloat16)
        self.is_half = dtype == torch.float16
        self.autocast = torch.autocast(device, dtype=dtype)
        self.autocast.__enter__()

    def after_loss(self):
        self._leave()
        if self.training and self.is_half:
            self.loss_for_others = self.learn.loss
            self.learn.loss = self.learn.loss.float() * self.scale

    def _grads(self):
        return [p.grad for p in self.model.parameters() if p.grad is not None]

    def after_backward(self):
        if not self.is_half:
            return
        self.learn.loss = self.loss_for_others
        for g in self._grads():
            g.mul_(1 / self.scale)
        if sum(int((~torch.isfinite(g)).sum()) for g in self._grads()):
            self.good, self.scale = 0, self.scale * 0.5
            self.opt.zero_grad()
            raise CancelBatchException
        self.good += 1
        if self.good == self.growth:
            self.good, self.scale = 0, self.scale * 2

    def _leave(self):
        if self.autocast is not None:
            self.autocast.__exit__(None, None, None)
            self.autocast = None

    after_batch = after_fit = _leave


class Mixup(Callback):
    def __init__(self, alpha):
        self.distrib = torch.distributions.Beta(torch.tensor(float(alpha)), torch.tensor(float(alpha)))

    def before_batch(self):
        if not self.training:
            return
        self.lam = self.distrib.sample().to(self.xb[0].device)
        shuffle = torch.randperm(len(self.xb[0]), device=self.xb[0].device)
        self.yb1 = tuple(y[shuffle] for y in self.yb)
        self.learn.xb = tuple(torch.lerp(x[shuffle], x, self.lam.to(x.dtype)) for x in self.xb)

    def after_loss(self):
        if self.training:
            self.learn.loss = torch.lerp(
                self.loss_func(self.pred, *self.yb1), self.learn.loss, self.lam.to(self.loss.dtype)
            )


class SwitchCallback(Callback):
    run_after = TrainEvalCallback

    def __init__(self, networks, turns=(1, 1)):
        self.networks, self.turns = tuple(networks), tuple(turns)

    def before_fit(self):
        self.left, self.learn.turn = self.turns[0], 0
        self.frozen = [p for net in self.networks for p in net.parameters() if not p.requires_grad]

    def before_batch(self):
        if not self.training:
            return
        if self.left == 0:
            self.learn.turn = 1 - self.learn.turn
            self.left = self.turns[self.learn.turn]
        self.left -= 1
        self.networks[self.learn.turn].requires_grad_(True)
        self.networks[1 - self.learn.turn].requires_grad_(False)

    def after_fit(self):
        for net in self.networks:
            net.requires_grad_(True)
        for p in self.frozen:
            p.requires_grad_(False)
