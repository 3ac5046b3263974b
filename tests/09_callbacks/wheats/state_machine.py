"""A state machine: each state does one thing and names the next; a cancellation is a jump; order from the end backwards."""

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


SCOPE_OF = {
    CancelBatchException: "batch",
    CancelTrainException: "train",
    CancelValidException: "validate",
    CancelEpochException: "epoch",
    CancelFitException: "fit",
}
END = object()


class Callback:
    run_before = ()
    run_after = ()

    def __getattr__(self, name):
        if name == "learn":
            raise AttributeError("no learner yet")
        return getattr(self.learn, name)


def sort_callbacks(cbs):
    """The last one is the last given that nobody waits for."""

    def listed(wanted):
        return list(wanted) if isinstance(wanted, (list, tuple)) else [wanted]

    def waits(b, a):
        return any(isinstance(a, c) for c in listed(b.run_after)) or any(
            isinstance(b, c) for c in listed(a.run_before)
        )

    left, backwards = list(cbs), []
    while left:
        for i in reversed(range(len(left))):
            if not any(waits(b, left[i]) for j, b in enumerate(left) if j != i):
                backwards.append(left.pop(i))
                break
        else:
            raise ValueError(f"each of these waits for another one: {[type(cb).__name__ for cb in left]}")
    return backwards[::-1]


class Learner:
    def __init__(self, dls, model, loss_func, opt_func, lr, cbs=None, metrics=None):
        self.dls, self.model, self.loss_func = dls, model, loss_func
        self.opt_func, self.lr, self.opt = opt_func, lr, None
        self.metrics = list(metrics or [])
        self.recorder = Recorder()
        self.unsorted = []
        self.add_cbs([TrainEvalCallback(), self.recorder, *(cbs or [])])

    def add_cbs(self, cbs):
        self.unsorted.extend(cbs)
        for cb in self.unsorted:
            cb.learn = self
        self.cbs = sort_callbacks(self.unsorted)

    def remove_cbs(self, cbs):
        self.unsorted = [cb for cb in self.unsorted if not any(cb is gone for gone in cbs)]
        self.cbs = sort_callbacks(self.unsorted)

    def __call__(self, name):
        for cb in list(self.cbs):
            method = getattr(cb, name, None)
            if callable(method):
                method()

    @property
    def x(self):
        return self.xb[0] if len(self.xb) == 1 else self.xb

    @property
    def y(self):
        return self.yb[0] if len(self.yb) == 1 else self.yb

    def fit(self, n_epoch):
        self.n_epoch = n_epoch
        if self.opt is None:
            self.opt = self.opt_func(self.model.parameters(), lr=self.lr)
        self._phase = "train"
        state = "before_fit"
        while state != "done":
            with torch.set_grad_enabled("validate" not in self._scopes(state)):
                try:
                    state = getattr(self, "_at_" + state, lambda: None)() or self._announce(state)
                except tuple(SCOPE_OF) as cancellation:
                    state = self._jump(state, cancellation)

    def _scopes(self, state):
        """The scopes around a state: what is cancelled or over has been left."""
        if state in ("before_fit", "next_epoch", "after_epoch", "after_cancel_epoch"):
            return ("fit",)
        if state in ("after_fit", "after_cancel_fit"):
            return ()
        phase = self._phase
        if state in ("before_epoch", f"after_{phase}", f"after_cancel_{phase}"):
            return ("epoch", "fit")
        if state in (f"before_{phase}", "first_batch", "next_batch", "after_batch", "after_cancel_batch"):
            return (phase, "epoch", "fit")
        return ("batch", phase, "epoch", "fit")

    def _jump(self, state, cancellation):
        for scope in self._scopes(state):
            if any(isinstance(cancellation, kind) for kind, name in SCOPE_OF.items() if name == scope):
                return "after_cancel_" + scope
        raise cancellation

    def _announce(self, state):
        """Events without a deed of their own."""
        self(state)
        if state.startswith("after_cancel_"):
            return state.replace("cancel_", "")
        return {
            "before_fit": "first_epoch",
            "before_epoch": "before_train",
            "before_train": "first_batch",
            "before_validate": "first_batch",
            "before_batch": "predict",
            "after_batch": "next_batch",
            "after_validate": "after_epoch",
            "after_epoch": "next_epoch",
            "after_fit": "done",
        }[state]

    def _at_first_epoch(self):
        self._n_begun = 0
        return "next_epoch"

    def _at_next_epoch(self):
        if self._n_begun == self.n_epoch:
            return "after_fit"
        self.epoch, self._phase = self._n_begun, "train"
        self._n_begun += 1
        return "before_epoch"

    def _at_after_train(self):
        self("after_train")
        self._phase = "validate"
        return "before_validate"

    def _at_first_batch(self):
        self.dl = self.dls.train if self._phase == "train" else self.dls.valid
        self.n_iter, self.iter, self._rest = len(self.dl), -1, iter(self.dl)
        return "next_batch"

    def _at_next_batch(self):
        batch = next(self._rest, END)
        if batch is END:
            return "after_" + self._phase
        self.iter += 1
        self.xb, self.yb = map(_tuple, batch)
        self.pred = self.loss = None
        return "before_batch"

    def _at_predict(self):
        self.pred = self.model(*self.xb)
        self("after_pred")
        return "lose"

    def _at_lose(self):
        self.loss = self.loss_func(self.pred, *self.yb)
        self("after_loss")
        return "backward" if self._phase == "train" else "after_batch"

    def _at_backward(self):
        self.loss.backward()
        self("after_backward")
        return "step"

    def _at_step(self):
        self.opt.step()
        self("after_step")
        return "zero"

    def _at_zero(self):
        self.opt.zero_grad()
        return "after_batch"


def _tuple(o):
    return tuple(o) if isinstance(o, (list, tuple)) else (o,)


class TrainEvalCallback(Callback):
    def before_fit(self):
        self.learn.train_iter, self.learn.pct_train = 0, 0.0

    def before_train(self):
        self.learn.training, self.learn.pct_train = True, self.epoch / self.n_epoch
        self.model.train()

    def before_validate(self):
        self.learn.training = False
        self.model.eval()

    def after_batch(self):
        self.learn.train_iter += int(self.training)
        if self.training:
            self.learn.pct_train += 1 / self.n_epoch / self.n_iter


class Recorder(Callback):
    run_after = TrainEvalCallback

    def __init__(self, beta=0.98):
        self.beta = beta

    def before_fit(self):
        self.values, self.smooth, self.weight = [], 0.0, 0.0
        self.before_epoch()

    def before_epoch(self):
        self.totals = {True: torch.zeros(1, dtype=torch.float64)}
        self.totals[False] = torch.zeros(1 + len(self.metrics), dtype=torch.float64)
        self.items = {True: 0, False: 0}

    def after_batch(self):
        if self.loss is None:
            return
        n, batch = len(self.xb[0]), [self.loss.item()]
        if self.training:
            self.weight = self.beta * self.weight + (1 - self.beta)
            self.smooth = self.beta * self.smooth + (1 - self.beta) * batch[0]
            self.learn.smooth_loss = self.smooth / self.weight
        else:
            batch += [float(metric(self.pred, *self.yb)) for metric in self.metrics]
        self.totals[self.training] += n * torch.tensor(batch, dtype=torch.float64)
        self.items[self.training] += n

    def after_epoch(self):
        means = [self.totals[phase] / self.items[phase] for phase in (True, False)]
        self.values.append(torch.cat(means).tolist())


class ModelResetter(Callback):
    def before_train(self):
        self.model.reset()

    def before_validate(self):
        self.model.reset()


class RNNRegularizer(Callback):
    def __init__(self, alpha=0.0, beta=0.0):
        self.alpha, self.beta = alpha, beta

    def after_pred(self):
        self.learn.pred, raw, dropped = self.pred
        self.penalty = self.alpha * dropped[-1].pow(2).mean()
        if raw[-1].shape[1] > 1:
            then, now = raw[-1][:, :-1], raw[-1][:, 1:]
            self.penalty = self.penalty + self.beta * torch.nn.functional.mse_loss(now, then)

    def after_loss(self):
        if self.training:
            self.learn.loss = self.loss + self.penalty


class TerminateOnNaN(Callback):
    run_before = Recorder

    def after_batch(self):
        if self.loss is not None and not self.loss.isfinite().all():
            raise CancelFitException


class GradientClip(Callback):
    def __init__(self, max_norm):
        self.max_norm = max_norm

    def after_backward(self):
        squares = 0.0
        for p in self.model.parameters():
            if p.grad is not None:
                squares += p.grad.double().square().sum().item()
        if squares > self.max_norm**2:
            for p in self.model.parameters():
                if p.grad is not None:
                    p.grad = p.grad * (self.max_norm / squares**0.5)


class ParamScheduler(Callback):
    run_after = TrainEvalCallback

    def __init__(self, scheds):
        self.scheds = scheds

    def before_batch(self):
        if self.training:
            for name, sched in self.scheds.items():
                value = sched(self.pct_train)
                for group in getattr(self.opt, "hypers", None) or self.opt.param_groups:
                    group[name] = value


def fit_one_cycle(learn, n_epoch, lr_max, moms=(0.95, 0.85, 0.95)):
    def blend(knots, pct):
        i = int(pct >= 0.25)
        pos = (pct - 0.25 * i) / (0.75 if i else 0.25)
        share = (1 + math.cos(math.pi * pos)) / 2
        return share * knots[i] + (1 - share) * knots[i + 1]

    scheduler = ParamScheduler(
        {"lr": lambda pct: blend([lr_max / 25, lr_max, 0.0], pct), "mom": lambda pct: blend(moms, pct)}
    )
    learn.add_cbs([scheduler])
    try:
        learn.fit(n_epoch)
    finally:
        learn.remove_cbs([scheduler])
