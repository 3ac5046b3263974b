"""What the probes share: the submission's Learner among stand-ins, a callback made of functions, and the events."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import torch

from grader.box.names import lookup
from grader.box.probes.training_loop import Loader, Loss, Model, Optimizer, Trace

BEFORE_BACKWARD = ["before_batch", "after_pred", "after_loss"]
EVENTS = [
    *("before_fit", "before_epoch", "before_train", *BEFORE_BACKWARD, "after_backward", "after_step"),
    *("after_cancel_batch", "after_batch", "after_cancel_train", "after_train", "before_validate"),
    *("after_cancel_validate", "after_validate", "after_cancel_epoch", "after_epoch", "after_cancel_fit"),
    "after_fit",
]


def torch_state() -> dict[str, Any]:
    """What a fit may switch in torch as a whole, and has to leave as it was."""
    return {
        "torch.is_grad_enabled()": torch.is_grad_enabled(),
        "torch.is_inference_mode_enabled()": torch.is_inference_mode_enabled(),
    }


def reset_torch() -> None:
    """An earlier run of wrong work may have left things switched: that is for one test to say, not for all of them."""
    torch.set_grad_enabled(True)
    for device in ("cpu", "cuda"):
        torch.set_autocast_enabled(device, False)
    torch.set_autocast_dtype("cpu", torch.bfloat16)
    torch.set_default_dtype(torch.float32)
    if torch.are_deterministic_algorithms_enabled():  # setting it imports a compiler, which takes its time
        torch.use_deterministic_algorithms(False)
    torch.autograd.set_detect_anomaly(False)


def number(value: Any) -> Any:
    """A number or a tensor of one entry as a float; anything else as it is."""
    try:
        return float(value.detach() if isinstance(value, torch.Tensor) else value)
    except (TypeError, ValueError, RuntimeError):
        return value


def plain(values: list[Any]) -> list[Any]:
    return [number(v) for v in values]


def learner(
    module: ModuleType,
    trace: Trace,
    train: Any,
    valid: Any,
    cbs: list[Any] | None = None,
    *,
    model: Any = None,
    loss_func: Any = None,
    opt_func: Any = None,
    lr: float = 1.0,
    **options: Any,
) -> Any:
    """The submission's Learner, of stand-ins where nothing else is said; train and valid may be lists of sizes."""
    reset_torch()
    if isinstance(train, list):
        train, valid = Loader(trace, train), Loader(trace, valid, first=len(train))
    model = Model(trace) if model is None else model

    def stand_in(params: Any, lr: float) -> Any:
        params = list(params)
        trace.note("opt", lr=lr, params=len(params) == 1 and params[0] is model.weight)
        return Optimizer(trace, model, lr)

    dls = SimpleNamespace(train=train, valid=valid)
    return lookup(module, "Learner")(
        dls,
        model,
        loss_func or Loss(trace),
        opt_func or stand_in,
        lr,
        **({"cbs": cbs} if cbs else {}),
        **options,
    )


def watching(module: ModuleType, wishes: dict[str, Any] | None = None, **functions: Any) -> Any:
    """A callback made of functions of the callback itself, called at the events that they are named after."""

    def method(function: Any) -> Any:
        return lambda self: function(self)

    body = {event: method(function) for event, function in functions.items()}
    return type("Watch", (lookup(module, "Callback"),), {**body, **(wishes or {})})()


class Batches:
    """Batches as they are; it has a length, and can be iterated again, but is no list."""

    def __init__(self, batches: list[Any]) -> None:
        self._batches = batches

    def __len__(self) -> int:
        return len(self._batches)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._batches)
