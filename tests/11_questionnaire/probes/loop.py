"""A loop that fires the chapter's events around nothing, for callbacks that a submission writes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace
from typing import Any

import torch

from .common import NoClass, class_of, number


class CancelFitException(Exception):
    """Ends the fit."""


class Callback:
    """What a callback doesn't have itself it reads from its learner."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "learn":
            raise AttributeError(name)
        return getattr(self.learn, name)


class Learner:
    """Fires the events of a fit. Batches are losses, as numbers.

    log: what happened, as text; used: the loss that each batch's backward (or validation) went by, as a number, or the
    name of its class where it is none.
    """

    def __init__(self, cbs: list[Any]) -> None:
        self.log: list[str] = []
        self.used: list[Any] = []
        self.model = SimpleNamespace(reset=lambda: self.log.append("reset"))
        self.cbs = in_order(cbs)
        for cb in self.cbs:
            cb.learn = self

    def fire(self, event: str) -> None:
        for cb in self.cbs:
            method = getattr(type(cb), event, None)  # not by the object: reads fall through to the learner
            if method is not None:
                method(cb)

    @contextmanager
    def around(self, scope: str) -> Iterator[None]:
        self.fire(f"before_{scope}")
        yield
        self.fire(f"after_{scope}")

    def batches(self, losses: list[float]) -> None:
        for loss in losses:
            with self.around("batch"):
                self.log.append("train" if self.training else "validate")
                self.pred, self.xb, self.yb = torch.zeros(1), (torch.zeros(1),), (torch.zeros(1),)
                self.fire("after_pred")
                self.loss = torch.tensor(loss)
                self.fire("after_loss")
                self.used.append(number(self.loss))
                if self.training:
                    self.fire("after_backward")
                    self.fire("after_step")

    def fit(self, epochs: int, train: list[float], valid: list[float]) -> None:
        try:
            self.fire("before_fit")
            for self.epoch in range(epochs):
                with self.around("epoch"):
                    self.training = True
                    with self.around("train"):
                        self.batches(train)
                    self.training = False
                    with self.around("validate"):
                        self.batches(valid)
        except CancelFitException:
            self.log.append("cancelled")
            self.fire("after_cancel_fit")
        self.fire("after_fit")
        self.log.append("end")


def _others(cb: Any, name: str) -> tuple[Any, ...]:
    others = getattr(type(cb), name, None) or getattr(cb, "__dict__", {}).get(name) or ()
    several = others if isinstance(others, (list, tuple)) else (others,)
    return tuple(other for other in several if isinstance(other, type))


def in_order(cbs: list[Any]) -> list[Any]:
    """The callbacks, each after those that it asks to run after, in the order given where nothing is asked."""

    def first(a: Any, b: Any) -> bool:
        return isinstance(b, _others(a, "run_before")) or isinstance(a, _others(b, "run_after"))

    left, done = list(cbs), []
    while left:
        free = [c for c in left if not any(first(o, c) for o in left if o is not c)]
        done.append((free or left)[0])
        left.remove(done[-1])
    return done


def resets(module: ModuleType, epochs: int, train: int, valid: int) -> dict[str, Any]:
    """The "log" of a fit with the callback of q23: "reset" among "train" and "validate", one for each batch."""
    try:
        learner = Learner([class_of(module, "q23_model_resetter", Callback)()])
    except NoClass as error:
        return {"kind": str(error)}
    learner.fit(epochs, [1.0] * train, [1.0] * valid)
    return {"log": learner.log}


def scaled_losses(
    module: ModuleType, factor: float, train: list[float], valid: list[float]
) -> dict[str, Any]:
    """The losses "used" in an epoch with the callback of q24_scale_loss."""
    try:
        learner = Learner([class_of(module, "q24_scale_loss", Callback, factor)()])
    except NoClass as error:
        return {"kind": str(error)}
    learner.fit(1, train, valid)
    return {"used": learner.used}


def terminated(module: ModuleType, losses: list[float], epochs: int, recorder_first: bool) -> dict[str, Any]:
    """A fit over these losses with the callback of q26: those "registered" by a recorder, and the "log"."""
    registered: list[Any] = []

    class Recorder(Callback):
        def after_batch(self) -> None:
            registered.append(number(self.loss))

    try:
        callback = class_of(module, "q26_terminate_on_nan", Callback, CancelFitException, Recorder)
    except NoClass as error:
        return {"kind": str(error)}
    learner = Learner([Recorder(), callback()] if recorder_first else [callback(), Recorder()])
    learner.fit(epochs, losses, [])
    return {"registered": registered, "log": learner.log}


def order_of(module: ModuleType) -> dict[str, Any]:
    """The "orders" in which a First, a Last and the callback of q27 run, one for each in which they can be listed."""

    class First(Callback):
        pass

    class Last(Callback):
        pass

    try:
        between = class_of(module, "q27_between", Callback, First, Last)
    except NoClass as error:
        return {"kind": str(error)}
    classes = {First: "First", between: "yours", Last: "Last"}
    orders = itertools.permutations([First, between, Last])
    return {
        "orders": [[classes.get(type(cb), "?") for cb in in_order([c() for c in order])] for order in orders]
    }
