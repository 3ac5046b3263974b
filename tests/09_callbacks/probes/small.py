"""Small callbacks: ModelResetter, TerminateOnNaN, GradientClip, GradientAccumulation."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import torch
from torch import nn

from grader.box.names import lookup
from grader.box.probes.training_loop import Model, Trace

from .common import BEFORE_BACKWARD, learner, number, watching
from .standin import StandIn, fire_events, set_mode


class _Resettable(Model):
    def reset(self) -> None:
        self._trace.note("reset")


def reset(module: ModuleType, epochs: int, train: int, valid: int) -> list[Any]:
    """Drive a ModelResetter: [event, how often the model's reset was called at it], in order."""
    trace = Trace()
    learn = StandIn((train, valid), model=_Resettable(trace), n_epoch=epochs)
    callback = lookup(module, "ModelResetter")()
    callback.learn = learn
    report: list[Any] = []

    def fire(*events: str) -> None:
        for event in events:
            trace.entries = []
            fire_events(callback, event)
            report.append([event, sum(what == "reset" for what, _ in trace.entries)])

    fire("before_fit")
    for learn.epoch in range(epochs):
        fire("before_epoch")
        fire(set_mode(learn, True))
        for _ in range(train):
            fire(*BEFORE_BACKWARD, "after_backward", "after_step", "after_batch")
        fire("after_train")
        fire(set_mode(learn, False))
        for _ in range(valid):
            fire(*BEFORE_BACKWARD, "after_batch")
        fire("after_validate", "after_epoch")
    fire("after_fit")
    return report


def terminate(
    module: ModuleType,
    losses: list[float | None],
    training: bool,
    dtype: torch.dtype,
    change: list[Any] | None = None,
) -> dict[str, Any]:
    """Drive a TerminateOnNaN through batches of those losses; a batch with None is cancelled before it has one.

    change: [event, value]: at that event a callback that comes later makes this value of the loss

    "batch": at which of them it raised, or None; "raised": names of the exception's class and its bases.
    """
    learn = StandIn((len(losses),) * 2, model=Model(Trace()))
    callback = lookup(module, "TerminateOnNaN")()
    callback.learn = learn
    fire_events(callback, "before_fit", "before_epoch", set_mode(learn, training))
    for learn.iter, value in enumerate(losses):
        try:
            learn.loss = None
            fire_events(callback, "before_batch")
            if value is None:
                fire_events(callback, "after_cancel_batch", "after_batch")
                continue
            fire_events(callback, "after_pred")
            learn.loss = torch.tensor(value, dtype=dtype, requires_grad=training)
            for event in [
                "after_loss",
                *(["after_backward", "after_step"] if training else []),
                "after_batch",
            ]:
                fire_events(callback, event)
                if change and event == change[0]:
                    learn.loss = torch.tensor(change[1], dtype=dtype)
        except lookup(module, "CancelFitException") as error:
            return {"batch": learn.iter, "raised": [cls.__name__ for cls in type(error).__mro__]}
    return {"batch": None, "raised": []}


def terminate_fit(module: ModuleType, losses: list[float], first: str) -> dict[str, Any]:
    """Fit with a TerminateOnNaN, two epochs of training batches of those losses and one validation batch of loss 1.

    first: whether it is given "alone", "before" another callback, or "after" one.
    "smooth": smooth_loss in the end; "heard": the events of after_fit and its like; "calls": how often the loss came.
    """
    trace = Trace()
    calls: list[float] = []
    heard: list[str] = []

    def loss_func(pred: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        k = len(calls) % (len(losses) + 1)
        calls.append(k)
        return pred.mean() * 0 + (losses[k] if k < len(losses) else 1.0)

    watch = watching(
        module,
        after_cancel_fit=lambda _: heard.append("after_cancel_fit"),
        after_fit=lambda _: heard.append("after_fit"),
    )
    terminate = lookup(module, "TerminateOnNaN")()
    cbs = [terminate, watch] if first == "before" else [watch, terminate]
    learn = learner(module, trace, [1] * len(losses), [1], cbs, loss_func=loss_func)
    learn.fit(2)
    smooth = number(getattr(learn, "smooth_loss", None))
    return {"smooth": smooth, "heard": heard, "calls": len(calls)}


def clip(
    module: ModuleType, gradients: list[Any], max_norm: float, times: int = 1, shared: int = 0
) -> list[Any]:
    """Gradients after GradientClip's after_backward, each of a parameter of its own; None for one that has none, and
    is frozen. shared: how many of the parameters, from the first on, two parts of the model have in common."""
    params = [
        nn.Parameter(torch.ones(2), requires_grad=False) if g is None else nn.Parameter(torch.ones_like(g))
        for g in gradients
    ]
    parts = [nn.ParameterList(params), *([nn.ParameterList(params[:shared])] if shared else [])]
    callback = lookup(module, "GradientClip")(max_norm)
    callback.learn = learn = StandIn(model=nn.ModuleList(parts))
    fire_events(callback, "before_fit", "before_epoch", set_mode(learn, True))
    for _ in range(times):
        fire_events(callback, "before_batch", "after_pred", "after_loss")
        for p, g in zip(params, gradients, strict=True):
            p.grad = None if g is None else g.clone()
        fire_events(callback, "after_backward")
    return [p.grad for p in params]


def accumulate(module: ModuleType, n: int, epochs: int, train: list[int]) -> list[Any]:
    """The trace of a fit with a GradientAccumulation(n)."""
    trace = Trace()
    learner(module, trace, train, [1], [lookup(module, "GradientAccumulation")(n)], lr=0.5).fit(epochs)
    return trace.entries
