"""Unit 09: a training loop in which every point is open to callbacks, and callbacks that make use of it.

Each callback has methods named after the events that it cares about. It can read and change all that the learner knows,
and cancel what is going on by raising an exception. The order of the events, and what each exception skips, are in the
handout, README.md in this folder.
"""

import contextlib
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
    """Something that answers to events. Derive from it, and write a method for each event that you care about.

    learn:                 the learner, once it knows the callback. Attributes that the callback doesn't have are read
                           from it; to change the learner, write self.learn.name = ...
    run_before, run_after: a class of callbacks, or a list of classes, that this one comes before, or after; a class
                           stands for its derived classes, too
    """

    run_before = ()
    run_after = ()

    def __getattr__(self, name):
        """For an attribute that the callback doesn't have: that of the learner. AttributeError before it has one."""
        # BEGIN SOLUTION
        if "learn" not in self.__dict__:
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}, and no learner yet")
        return getattr(self.learn, name)
        # END SOLUTION


def sort_callbacks(cbs):
    """A list of the callbacks in an order that keeps every run_before and run_after. The list given is not changed.

    If nobody wishes anything, they stay in the order given. Raises ValueError if no order keeps all wishes.
    """

    # BEGIN SOLUTION
    def classes(wanted):
        return tuple(wanted) if isinstance(wanted, (list, tuple)) else (wanted,)

    def comes_first(a, b):
        return isinstance(b, classes(a.run_before)) or isinstance(a, classes(b.run_after))

    waiting, ordered = list(cbs), []
    while waiting:
        # Of those that may go, the first in the list goes.
        ready = next((b for b in waiting if not any(comes_first(a, b) for a in waiting if a is not b)), None)
        if ready is None:
            names = ", ".join(type(cb).__name__ for cb in waiting)
            raise ValueError(f"run_before and run_after of these callbacks go round in a circle: {names}")
        waiting.remove(ready)
        ordered.append(ready)
    return ordered
    # END SOLUTION


class Learner:
    """The training loop. dls: an object with .train and .valid, sized iterables of batches (xb, yb).

    opt_func: (parameters, lr=...) -> an optimizer with step() and zero_grad(). The learner adds a TrainEvalCallback and
    a Recorder by itself, the latter as `recorder`.
    cbs:      None, or a list or tuple of callbacks.
    metrics:  None or a list of functions (pred, *yb) -> the mean over a batch.

    The handout lists what callbacks can read, and from when on.
    """

    def __init__(self, dls, model, loss_func, opt_func, lr, cbs=None, metrics=None):
        # BEGIN SOLUTION
        self.dls, self.model, self.loss_func = dls, model, loss_func
        self.opt_func, self.lr, self.opt = opt_func, lr, None
        self.metrics = list(metrics or [])
        self.recorder = Recorder()
        self.cbs = []
        self.add_cbs([TrainEvalCallback(), self.recorder, *(cbs or [])])
        # END SOLUTION

    def add_cbs(self, cbs):
        """Make these callbacks known to the learner, and the learner to them."""
        # BEGIN SOLUTION
        self.cbs = sort_callbacks([*self.cbs, *cbs])
        for cb in cbs:
            cb.learn = self
        # END SOLUTION

    def remove_cbs(self, cbs):
        """Forget these callbacks."""
        # BEGIN SOLUTION
        self.cbs = [cb for cb in self.cbs if all(cb is not gone for gone in cbs)]
        # END SOLUTION

    def __call__(self, event_name):
        """Call the method of that name of every callback that has one, in order."""
        # BEGIN SOLUTION
        for cb in self.cbs:
            getattr(cb, event_name, lambda: None)()
        # END SOLUTION

    @property
    def x(self):
        # BEGIN SOLUTION
        return self.xb[0] if len(self.xb) == 1 else self.xb
        # END SOLUTION

    @property
    def y(self):
        # BEGIN SOLUTION
        return self.yb[0] if len(self.yb) == 1 else self.yb
        # END SOLUTION

    def fit(self, n_epoch):
        """Train and validate n_epoch times, each epoch, phase and batch being a scope as in the handout's picture."""
        # BEGIN SOLUTION
        self.n_epoch = n_epoch
        if self.opt is None:  # made at the first fit, and kept
            self.opt = self.opt_func(self.model.parameters(), lr=self.lr)
        with contextlib.ExitStack() as self.cleanup:  # what callbacks want to be called after a mistake, too
            self._within("fit", CancelFitException, self._all_epochs)
        # END SOLUTION

    def _within(self, scope, cancel, do):
        # BEGIN SOLUTION
        try:
            self(f"before_{scope}")
            do()
        except cancel:
            self(f"after_cancel_{scope}")
        self(f"after_{scope}")
        # END SOLUTION

    def _all_epochs(self):
        # BEGIN SOLUTION
        for epoch in range(self.n_epoch):
            self.epoch = epoch
            self._within("epoch", CancelEpochException, self._one_epoch)
        # END SOLUTION

    def _one_epoch(self):
        # BEGIN SOLUTION
        self._within("train", CancelTrainException, lambda: self._all_batches(self.dls.train))
        with torch.no_grad():
            self._within("validate", CancelValidException, lambda: self._all_batches(self.dls.valid))
        # END SOLUTION

    def _all_batches(self, dl):
        # BEGIN SOLUTION
        self.dl, self.n_iter = dl, len(dl)
        for i, (xb, yb) in enumerate(dl):
            self.iter = i
            self.xb, self.yb = _as_tuple(xb), _as_tuple(yb)
            self.pred = self.loss = None
            self._within("batch", CancelBatchException, self._one_batch)
        # END SOLUTION

    def _one_batch(self):
        # BEGIN SOLUTION
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
        # END SOLUTION


def _as_tuple(o):
    return tuple(o) if isinstance(o, (list, tuple)) else (o,)


class TrainEvalCallback(Callback):
    """Sets train or eval mode and learn.training; counts learn.train_iter, and learn.pct_train from 0 to 1."""

    def before_fit(self):
        # BEGIN SOLUTION
        self.learn.train_iter, self.learn.pct_train = 0, 0.0
        # END SOLUTION

    def before_train(self):
        # BEGIN SOLUTION
        self.learn.pct_train, self.learn.training = self.epoch / self.n_epoch, True
        self.model.train()
        # END SOLUTION

    def after_batch(self):
        # BEGIN SOLUTION
        if self.training:
            self.learn.train_iter += 1
            self.learn.pct_train += 1 / (self.n_iter * self.n_epoch)
        # END SOLUTION

    def before_validate(self):
        # BEGIN SOLUTION
        self.learn.training = False
        self.model.eval()
        # END SOLUTION


def _groups(opt):
    return opt.hypers if hasattr(opt, "hypers") else opt.param_groups


class Average:
    """(A helper: nothing tests it by itself.) A mean over items, from means over batches. nan while there is none."""

    def __init__(self):
        # BEGIN SOLUTION
        self.total, self.n = 0.0, 0
        # END SOLUTION

    def add(self, mean, n):
        """Take in the mean over a batch of n items."""
        # BEGIN SOLUTION
        self.total, self.n = self.total + float(mean) * n, self.n + n
        # END SOLUTION

    @property
    def value(self):
        # BEGIN SOLUTION
        return self.total / self.n if self.n else math.nan
        # END SOLUTION


class Recorder(Callback):
    """Registers losses and metrics.

    values:            a row an epoch: training loss, validation loss, metrics in validation, all per item
    learn.smooth_loss: the training loss, averaged exponentially, and debiased
    """

    run_after = TrainEvalCallback

    def __init__(self, beta=0.98):
        # BEGIN SOLUTION
        self.beta, self.values = beta, []
        # END SOLUTION

    def before_fit(self):
        # BEGIN SOLUTION
        self.values, self.average, self.n_averaged = [], 0.0, 0
        self._new_averages()
        # END SOLUTION

    def _new_averages(self):
        # BEGIN SOLUTION
        self.train_loss, self.valid = Average(), [Average() for _ in ["loss", *self.metrics]]
        # END SOLUTION

    def after_batch(self):
        # BEGIN SOLUTION
        if self.loss is None:  # the batch was cancelled before it had one
            return
        n, loss = len(self.xb[0]), float(self.loss.detach())
        if self.training:
            self.train_loss.add(loss, n)
            self.average = self.beta * self.average + (1 - self.beta) * loss
            self.n_averaged += 1
            self.learn.smooth_loss = self.average / (1 - self.beta**self.n_averaged)
        else:
            numbers = [loss, *(metric(self.pred, *self.yb) for metric in self.metrics)]
            for average, number in zip(self.valid, numbers, strict=True):
                average.add(number, n)
        # END SOLUTION

    def after_epoch(self):
        # BEGIN SOLUTION
        self.values.append([average.value for average in (self.train_loss, *self.valid)])
        self._new_averages()
        # END SOLUTION


class ModelResetter(Callback):
    """Calls model.reset() before training and before validation: for models that carry a state from batch to batch."""

    def before_train(self):
        # BEGIN SOLUTION
        self.model.reset()
        # END SOLUTION

    def before_validate(self):
        # BEGIN SOLUTION
        self.model.reset()
        # END SOLUTION


class RNNRegularizer(Callback):
    """Activation regularisation, and temporal activation regularisation, for models whose prediction is a triple.

    pred:  (out, raw_outputs, outputs): the loss is that of out; the last entry of outputs, with dropout, and that of
           raw_outputs, without it, are (batch, time, features)
    alpha: adds alpha · mean(outputs[-1]²) to the loss in training
    beta:  adds beta · mean((h_t - h_{t-1})²), h being raw_outputs[-1], to the loss in training

    After Merity et al. 2017, "Revisiting activation regularization for language RNNs"; with fastai's means of squares.
    """

    def __init__(self, alpha=0.0, beta=0.0):
        # BEGIN SOLUTION
        self.alpha, self.beta = alpha, beta
        # END SOLUTION

    def after_pred(self):
        # BEGIN SOLUTION
        self.learn.pred, self.raw_outputs, self.outputs = self.pred
        # END SOLUTION

    def after_loss(self):
        # BEGIN SOLUTION
        if not self.training:
            return
        dropped, h = self.outputs[-1], self.raw_outputs[-1]
        self.learn.loss = self.loss + self.alpha * dropped.float().pow(2).mean()
        if h.shape[1] > 1:
            self.learn.loss = self.loss + self.beta * (h[:, 1:] - h[:, :-1]).float().pow(2).mean()
        # END SOLUTION


class TerminateOnNaN(Callback):
    """Ends the fit when a loss is nan or infinite, before Recorder registers it."""

    run_before = Recorder

    def after_batch(self):
        # BEGIN SOLUTION
        if self.loss is not None and not math.isfinite(float(self.loss.detach())):
            raise CancelFitException
        # END SOLUTION


class GradientClip(Callback):
    """Scales all gradients by one factor, so that their joint 2-norm is at most max_norm. Smaller ones stay."""

    def __init__(self, max_norm):
        # BEGIN SOLUTION
        self.max_norm = max_norm
        # END SOLUTION

    def after_backward(self):
        # BEGIN SOLUTION
        gradients = [p.grad for p in self.model.parameters() if p.grad is not None]
        norm = math.sqrt(sum(float(g.double().pow(2).sum()) for g in gradients))
        if norm > self.max_norm:
            for g in gradients:
                g.mul_(self.max_norm / norm)
        # END SOLUTION


class ParamScheduler(Callback):
    """Sets hyper-parameters in every group, before each training batch.

    scheds: a dict from the name of a hyper-parameter to a function of pct_train. The groups are opt.hypers where there
    is such a thing (unit 08), else opt.param_groups (torch).
    """

    run_after = TrainEvalCallback

    def __init__(self, scheds):
        # BEGIN SOLUTION
        self.scheds = scheds
        # END SOLUTION

    def before_batch(self):
        # BEGIN SOLUTION
        if self.training:
            for group in _groups(self.opt):
                group.update({name: sched(self.pct_train) for name, sched in self.scheds.items()})
        # END SOLUTION


def fit_one_cycle(learn, n_epoch, lr_max, moms=(0.95, 0.85, 0.95)):
    """Fit while lr goes up to lr_max in the first quarter, and then far down. "mom" goes down first, and then up.

    moms: momentum at the start, at the peak of lr, at the end. Sources: Smith and Topin 2017 for the cycle of lr, Smith
    2018 for that of momentum. The answer key has fastai's form: cosines from lr_max / 25 and towards lr_max / 1e5.
    """

    # BEGIN SOLUTION
    def cosine(a, b, pos):
        return a + (b - a) * (1 - math.cos(math.pi * pos)) / 2

    def up_and_down(start, middle, end, turn=0.25):
        return lambda pos: (
            cosine(start, middle, pos / turn)
            if pos < turn
            else cosine(middle, end, (pos - turn) / (1 - turn))
        )

    lrs = up_and_down(lr_max / 25, lr_max, lr_max / 1e5)
    scheduler = ParamScheduler({"lr": lrs, "mom": up_and_down(*moms)})
    learn.add_cbs([scheduler])
    try:
        learn.fit(n_epoch)
    finally:
        learn.remove_cbs([scheduler])
    # END SOLUTION


class GradientAccumulation(Callback):
    """(stretch) A step for every n training batches, with the gradient of the mean over all their items.

    That is the step on all of them as one batch if the loss is a mean over items, and if each layer looks at each item
    alone (batch norm does not). The batches left over at the end of an epoch make a step, too, unless the last batch
    is cancelled.
    """

    run_before = GradientClip

    def __init__(self, n):
        # BEGIN SOLUTION
        self.n = n
        # END SOLUTION

    def before_train(self):
        # BEGIN SOLUTION
        self._new_group()
        # END SOLUTION

    def _new_group(self):
        # BEGIN SOLUTION
        self.sums, self.n_batches, self.n_items = {}, 0, 0
        # END SOLUTION

    def after_backward(self):
        # BEGIN SOLUTION
        # The loss stays as it is: whoever else changes it, or looks at it, may come before or after.
        n = len(self.xb[0])
        self.n_batches, self.n_items = self.n_batches + 1, self.n_items + n
        for p in self.model.parameters():
            if p.grad is not None:
                self.sums[p] = self.sums.get(p, 0) + n * p.grad
                p.grad = None
        if self.n_batches < self.n and self.iter < self.n_iter - 1:
            raise CancelBatchException
        for p, total in self.sums.items():
            p.grad = total / self.n_items
        self._new_group()
        # END SOLUTION


class LRFinder(Callback):
    """(stretch) Raises lr geometrically from start_lr to end_lr over num_it training batches, and notes the losses.

    Ends the fit after num_it batches, or at a loss that is not finite, or above lowest + 3 · |lowest|, lowest being the
    lowest one so far (that is 4 times the lowest where losses are positive). Without validation. After the fit, what
    is in model.state_dict() is what it was before, unless the fit ended by a mistake.

    lrs, losses: lists of floats, one entry a batch.
    """

    run_after = (TrainEvalCallback, RNNRegularizer, ParamScheduler)

    def __init__(self, start_lr=1e-7, end_lr=10.0, num_it=100):
        # BEGIN SOLUTION
        self.start_lr, self.end_lr, self.num_it = start_lr, end_lr, num_it
        self.lrs, self.losses, self.saved = [], [], None
        # END SOLUTION

    def before_fit(self):
        # BEGIN SOLUTION
        self.lrs, self.losses = [], []
        self.saved = {name: tensor.clone() for name, tensor in self.model.state_dict().items()}
        # END SOLUTION

    def before_batch(self):
        # BEGIN SOLUTION
        lr = self.start_lr * (self.end_lr / self.start_lr) ** (len(self.lrs) / max(self.num_it - 1, 1))
        for group in _groups(self.opt):
            group["lr"] = lr
        self.lrs.append(lr)
        # END SOLUTION

    def after_loss(self):
        # BEGIN SOLUTION
        loss = float(self.loss.detach())
        self.losses.append(loss)
        lowest = min(self.losses)
        if not math.isfinite(loss) or loss > lowest + 3 * abs(lowest):
            raise CancelFitException
        # END SOLUTION

    def after_batch(self):
        # BEGIN SOLUTION
        if len(self.lrs) >= self.num_it:
            raise CancelFitException
        # END SOLUTION

    def before_validate(self):
        # BEGIN SOLUTION
        raise CancelValidException
        # END SOLUTION

    def after_fit(self):
        # BEGIN SOLUTION
        if self.saved is not None:  # else this fit was cancelled before it came here
            self.model.load_state_dict(self.saved)
            self.saved = None
        # END SOLUTION


def lr_find(learn, start_lr=1e-7, end_lr=10.0, num_it=100):
    """(stretch) Run an LRFinder: (lrs, losses, suggestion). model.state_dict() and learn.opt are as before.

    suggestion: the lr at which the loss falls fastest, against the logarithm of lr; of finite losses only.
    """
    # BEGIN SOLUTION
    finder, opt = LRFinder(start_lr, end_lr, num_it), learn.opt
    learn.opt = None
    learn.add_cbs([finder])
    try:
        learn.fit(-(-num_it // len(learn.dls.train)))
    finally:
        learn.remove_cbs([finder])
        learn.opt = opt
    finite = [(lr, loss) for lr, loss in zip(finder.lrs, finder.losses, strict=False) if math.isfinite(loss)]
    if len(finite) < 2:
        return finder.lrs, finder.losses, finder.lrs[0]
    slopes = torch.gradient(torch.tensor([loss for _, loss in finite]))[0]
    return finder.lrs, finder.losses, finite[int(slopes.argmin())][0]
    # END SOLUTION


class MixedPrecision(Callback):
    """(stretch) Runs model and loss under autocast; for float16, scales the loss so that small gradients survive.

    dtype:  None: float16 on a GPU, bfloat16 elsewhere
    scale:  the first factor, for float16; it goes on from fit to fit
    growth: so many good steps in a row double the factor. A step whose gradients are not finite is left out, and
            halves it

    From after_backward on the gradients are unscaled, and the loss is that of the batch again. At after_loss, callbacks
    that come later see it scaled. Source: Micikevicius et al. 2018.
    """

    run_after = (RNNRegularizer, LRFinder)
    run_before = (GradientAccumulation, GradientClip)

    def __init__(self, dtype=None, scale=2.0**16, growth=2000):
        # BEGIN SOLUTION
        self.dtype, self.scale, self.growth, self.good_steps = dtype, scale, growth, 0
        self.autocast, self.loss_of_batch = contextlib.ExitStack(), None
        # END SOLUTION

    def before_fit(self):
        # BEGIN SOLUTION
        self.cleanup.callback(self.put_back)  # else a mistake in the model would leave autocast on
        # END SOLUTION

    def before_batch(self):
        # BEGIN SOLUTION
        device = next(self.model.parameters()).device.type
        dtype = self.dtype or (torch.float16 if device == "cuda" else torch.bfloat16)
        self.scaling = dtype == torch.float16
        self.autocast.enter_context(torch.autocast(device, dtype))
        # END SOLUTION

    def after_loss(self):
        # BEGIN SOLUTION
        self.autocast.close()
        if self.training and self.scaling:
            self.loss_of_batch = self.loss
            self.learn.loss = self.loss.float() * self.scale
        # END SOLUTION

    def after_backward(self):
        # BEGIN SOLUTION
        if not self.scaling:
            return
        self.put_back()
        gradients = [p.grad for p in self.model.parameters() if p.grad is not None]
        for gradient in gradients:
            gradient /= self.scale
        if all(gradient.isfinite().all() for gradient in gradients):
            self.good_steps += 1
            if self.good_steps % self.growth == 0:
                self.scale *= 2
            return
        self.scale, self.good_steps = self.scale / 2, 0
        self.opt.zero_grad()
        raise CancelBatchException
        # END SOLUTION

    def put_back(self):
        """Leave autocast, and give the learner the loss of the batch back. Calling it twice does no harm."""
        # BEGIN SOLUTION
        self.autocast.close()
        if self.loss_of_batch is not None:
            self.learn.loss, self.loss_of_batch = self.loss_of_batch, None
        # END SOLUTION

    # Whatever has been cancelled, one of these is the next event.
    after_cancel_batch = after_cancel_train = after_cancel_validate = put_back
    after_cancel_epoch = after_cancel_fit = put_back


class Mixup(Callback):
    """(stretch) Trains on mixtures: share · x + (1 - share) · x of a partner, an item of the same batch.

    share is drawn from Beta(alpha, alpha) for each batch, and the partners by a random permutation, which may leave an
    item to itself. The loss is mixed likewise: share · loss(pred, y) + (1 - share) · loss(pred, y of the partner).
    Inputs are floats. Source: Zhang et al. 2018.
    """

    run_before = (RNNRegularizer, LRFinder, MixedPrecision)

    def __init__(self, alpha):
        # BEGIN SOLUTION
        self.distribution = torch.distributions.Beta(alpha, alpha)
        # END SOLUTION

    def before_batch(self):
        # BEGIN SOLUTION
        if not self.training:
            return
        self.share = float(self.distribution.sample())
        partner = torch.randperm(len(self.xb[0]), device=self.xb[0].device)
        self.learn.xb = tuple(x.lerp(x[partner], 1 - self.share) for x in self.xb)
        self.yb_of_partner = tuple(y[partner] for y in self.yb)
        # END SOLUTION

    def after_loss(self):
        # BEGIN SOLUTION
        if self.training:
            other = self.loss_func(self.pred, *self.yb_of_partner)
            self.learn.loss = self.share * self.loss + (1 - self.share) * other
        # END SOLUTION


class SwitchCallback(Callback):
    """(stretch) Two networks take turns, as in a GAN: one trains, and the other's parameters don't require grad.

    networks: two modules, parts of the model. turns: for how many training batches each one trains, (5, 1) say. In
    every fit the first network trains first. learn.turn: whose turn it is, 0 or 1. After the fit, unless it ended by
    a mistake, all parameters require grad as they did before it.
    """

    def __init__(self, networks, turns=(1, 1)):
        # BEGIN SOLUTION
        self.networks, self.turns, self.required = networks, turns, ()
        # END SOLUTION

    def before_fit(self):
        # BEGIN SOLUTION
        self.required = [(p, p.requires_grad) for network in self.networks for p in network.parameters()]
        self.n_batches = 0
        # END SOLUTION

    def before_batch(self):
        # BEGIN SOLUTION
        if not self.training:
            return
        self.learn.turn = int(self.n_batches % sum(self.turns) >= self.turns[0])
        for i, network in enumerate(self.networks):
            network.requires_grad_(i == self.learn.turn)
        self.n_batches += 1
        # END SOLUTION

    def after_fit(self):
        # BEGIN SOLUTION
        for p, required in self.required:
            p.requires_grad_(required)
        self.required = ()  # a fit that is cancelled before it comes here has nothing to put back
        # END SOLUTION
