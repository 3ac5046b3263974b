# Generated from the course: the stub of unit 09_callbacks. Fill it in; once you have edited it, it stays.
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
        raise NotImplementedError("Callback.__getattr__")


def sort_callbacks(cbs):
    """A list of the callbacks in an order that keeps every run_before and run_after. The list given is not changed.

    If nobody wishes anything, they stay in the order given. Raises ValueError if no order keeps all wishes.
    """

    raise NotImplementedError("sort_callbacks")


class Learner:
    """The training loop. dls: an object with .train and .valid, sized iterables of batches (xb, yb).

    opt_func: (parameters, lr=...) -> an optimizer with step() and zero_grad(). The learner adds a TrainEvalCallback and
    a Recorder by itself, the latter as `recorder`.
    cbs:      None, or a list or tuple of callbacks.
    metrics:  None or a list of functions (pred, *yb) -> the mean over a batch.

    The handout lists what callbacks can read, and from when on.
    """

    def __init__(self, dls, model, loss_func, opt_func, lr, cbs=None, metrics=None):
        raise NotImplementedError("Learner.__init__")

    def add_cbs(self, cbs):
        """Make these callbacks known to the learner, and the learner to them."""
        raise NotImplementedError("Learner.add_cbs")

    def remove_cbs(self, cbs):
        """Forget these callbacks."""
        raise NotImplementedError("Learner.remove_cbs")

    def __call__(self, event_name):
        """Call the method of that name of every callback that has one, in order."""
        raise NotImplementedError("Learner.__call__")

    @property
    def x(self):
        raise NotImplementedError("Learner.x")

    @property
    def y(self):
        raise NotImplementedError("Learner.y")

    def fit(self, n_epoch):
        """Train and validate n_epoch times, each epoch, phase and batch being a scope as in the handout's picture."""
        raise NotImplementedError("Learner.fit")

    def _within(self, scope, cancel, do):
        raise NotImplementedError("Learner._within")

    def _all_epochs(self):
        raise NotImplementedError("Learner._all_epochs")

    def _one_epoch(self):
        raise NotImplementedError("Learner._one_epoch")

    def _all_batches(self, dl):
        raise NotImplementedError("Learner._all_batches")

    def _one_batch(self):
        raise NotImplementedError("Learner._one_batch")


def _as_tuple(o):
    return tuple(o) if isinstance(o, (list, tuple)) else (o,)


class TrainEvalCallback(Callback):
    """Sets train or eval mode and learn.training; counts learn.train_iter, and learn.pct_train from 0 to 1."""

    def before_fit(self):
        raise NotImplementedError("TrainEvalCallback.before_fit")

    def before_train(self):
        raise NotImplementedError("TrainEvalCallback.before_train")

    def after_batch(self):
        raise NotImplementedError("TrainEvalCallback.after_batch")

    def before_validate(self):
        raise NotImplementedError("TrainEvalCallback.before_validate")


def _groups(opt):
    return opt.hypers if hasattr(opt, "hypers") else opt.param_groups


class Average:
    """(A helper: nothing tests it by itself.) A mean over items, from means over batches. nan while there is none."""

    def __init__(self):
        raise NotImplementedError("Average.__init__")

    def add(self, mean, n):
        """Take in the mean over a batch of n items."""
        raise NotImplementedError("Average.add")

    @property
    def value(self):
        raise NotImplementedError("Average.value")


class Recorder(Callback):
    """Registers losses and metrics.

    values:            a row an epoch: training loss, validation loss, metrics in validation, all per item
    learn.smooth_loss: the training loss, averaged exponentially, and debiased
    """

    run_after = TrainEvalCallback

    def __init__(self, beta=0.98):
        raise NotImplementedError("Recorder.__init__")

    def before_fit(self):
        raise NotImplementedError("Recorder.before_fit")

    def _new_averages(self):
        raise NotImplementedError("Recorder._new_averages")

    def after_batch(self):
        raise NotImplementedError("Recorder.after_batch")

    def after_epoch(self):
        raise NotImplementedError("Recorder.after_epoch")


class ModelResetter(Callback):
    """Calls model.reset() before training and before validation: for models that carry a state from batch to batch."""

    def before_train(self):
        raise NotImplementedError("ModelResetter.before_train")

    def before_validate(self):
        raise NotImplementedError("ModelResetter.before_validate")


class RNNRegularizer(Callback):
    """Activation regularisation, and temporal activation regularisation, for models whose prediction is a triple.

    pred:  (out, raw_outputs, outputs): the loss is that of out; the last entry of outputs, with dropout, and that of
           raw_outputs, without it, are (batch, time, features)
    alpha: adds alpha · mean(outputs[-1]²) to the loss in training
    beta:  adds beta · mean((h_t - h_{t-1})²), h being raw_outputs[-1], to the loss in training

    After Merity et al. 2017, "Revisiting activation regularization for language RNNs"; with fastai's means of squares.
    """

    def __init__(self, alpha=0.0, beta=0.0):
        raise NotImplementedError("RNNRegularizer.__init__")

    def after_pred(self):
        raise NotImplementedError("RNNRegularizer.after_pred")

    def after_loss(self):
        raise NotImplementedError("RNNRegularizer.after_loss")


class TerminateOnNaN(Callback):
    """Ends the fit when a loss is nan or infinite, before Recorder registers it."""

    run_before = Recorder

    def after_batch(self):
        raise NotImplementedError("TerminateOnNaN.after_batch")


class GradientClip(Callback):
    """Scales all gradients by one factor, so that their joint 2-norm is at most max_norm. Smaller ones stay."""

    def __init__(self, max_norm):
        raise NotImplementedError("GradientClip.__init__")

    def after_backward(self):
        raise NotImplementedError("GradientClip.after_backward")


class ParamScheduler(Callback):
    """Sets hyper-parameters in every group, before each training batch.

    scheds: a dict from the name of a hyper-parameter to a function of pct_train. The groups are opt.hypers where there
    is such a thing (unit 08), else opt.param_groups (torch).
    """

    run_after = TrainEvalCallback

    def __init__(self, scheds):
        raise NotImplementedError("ParamScheduler.__init__")

    def before_batch(self):
        raise NotImplementedError("ParamScheduler.before_batch")


def fit_one_cycle(learn, n_epoch, lr_max, moms=(0.95, 0.85, 0.95)):
    """Fit while lr goes up to lr_max in the first quarter, and then far down. "mom" goes down first, and then up.

    moms: momentum at the start, at the peak of lr, at the end. Sources: Smith and Topin 2017 for the cycle of lr, Smith
    2018 for that of momentum. The answer key has fastai's form: cosines from lr_max / 25 and towards lr_max / 1e5.
    """

    raise NotImplementedError("fit_one_cycle")


class GradientAccumulation(Callback):
    """(stretch) A step for every n training batches, with the gradient of the mean over all their items.

    That is the step on all of them as one batch if the loss is a mean over items, and if each layer looks at each item
    alone (batch norm does not). The batches left over at the end of an epoch make a step, too, unless the last batch
    is cancelled.
    """

    run_before = GradientClip

    def __init__(self, n):
        raise NotImplementedError("GradientAccumulation.__init__")

    def before_train(self):
        raise NotImplementedError("GradientAccumulation.before_train")

    def _new_group(self):
        raise NotImplementedError("GradientAccumulation._new_group")

    def after_backward(self):
        raise NotImplementedError("GradientAccumulation.after_backward")


class LRFinder(Callback):
    """(stretch) Raises lr geometrically from start_lr to end_lr over num_it training batches, and notes the losses.

    Ends the fit after num_it batches, or at a loss that is not finite, or above lowest + 3 · |lowest|, lowest being the
    lowest one so far (that is 4 times the lowest where losses are positive). Without validation. After the fit, what
    is in model.state_dict() is what it was before, unless the fit ended by a mistake.

    lrs, losses: lists of floats, one entry a batch.
    """

    run_after = (TrainEvalCallback, RNNRegularizer, ParamScheduler)

    def __init__(self, start_lr=1e-7, end_lr=10.0, num_it=100):
        raise NotImplementedError("LRFinder.__init__")

    def before_fit(self):
        raise NotImplementedError("LRFinder.before_fit")

    def before_batch(self):
        raise NotImplementedError("LRFinder.before_batch")

    def after_loss(self):
        raise NotImplementedError("LRFinder.after_loss")

    def after_batch(self):
        raise NotImplementedError("LRFinder.after_batch")

    def before_validate(self):
        raise NotImplementedError("LRFinder.before_validate")

    def after_fit(self):
        raise NotImplementedError("LRFinder.after_fit")


def lr_find(learn, start_lr=1e-7, end_lr=10.0, num_it=100):
    """(stretch) Run an LRFinder: (lrs, losses, suggestion). model.state_dict() and learn.opt are as before.

    suggestion: the lr at which the loss falls fastest, against the logarithm of lr; of finite losses only.
    """
    raise NotImplementedError("lr_find")


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
        raise NotImplementedError("MixedPrecision.__init__")

    def before_fit(self):
        raise NotImplementedError("MixedPrecision.before_fit")

    def before_batch(self):
        raise NotImplementedError("MixedPrecision.before_batch")

    def after_loss(self):
        raise NotImplementedError("MixedPrecision.after_loss")

    def after_backward(self):
        raise NotImplementedError("MixedPrecision.after_backward")

    def put_back(self):
        """Leave autocast, and give the learner the loss of the batch back. Calling it twice does no harm."""
        raise NotImplementedError("MixedPrecision.put_back")

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
        raise NotImplementedError("Mixup.__init__")

    def before_batch(self):
        raise NotImplementedError("Mixup.before_batch")

    def after_loss(self):
        raise NotImplementedError("Mixup.after_loss")


class SwitchCallback(Callback):
    """(stretch) Two networks take turns, as in a GAN: one trains, and the other's parameters don't require grad.

    networks: two modules, parts of the model. turns: for how many training batches each one trains, (5, 1) say. In
    every fit the first network trains first. learn.turn: whose turn it is, 0 or 1. After the fit, unless it ended by
    a mistake, all parameters require grad as they did before it.
    """

    def __init__(self, networks, turns=(1, 1)):
        raise NotImplementedError("SwitchCallback.__init__")

    def before_fit(self):
        raise NotImplementedError("SwitchCallback.before_fit")

    def before_batch(self):
        raise NotImplementedError("SwitchCallback.before_batch")

    def after_fit(self):
        raise NotImplementedError("SwitchCallback.after_fit")
