"""MixedPrecision."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import torch
from torch import nn

from grader.box.names import lookup
from grader.box.probes.training_loop import Model, Trace

from .common import Batches, learner, watching


class _Autocast(nn.Module):
    """A linear layer that notes whether autocast is on while it is called, and the dtype of what comes out."""

    def __init__(self, trace: Trace, device: str) -> None:
        super().__init__()
        self._trace, self._device = trace, device
        self.linear = nn.Linear(2, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.linear(x)
        on = torch.is_autocast_enabled(self._device)
        self._trace.note("forward", on=on, dtype=out.dtype, training=self.training)
        return out


def autocast(
    module: ModuleType, dtype: torch.dtype | None, cancel: tuple[str, str] | None, device: str
) -> dict[str, Any]:
    """Two epochs under MixedPrecision, of two training batches and one of validation.

    "forward": {"on", "dtype", "training"} of each call; "loss": whether it was on when that was computed; "outside":
    whether it was on at before_epoch, before_validate, after_epoch and after the fit; "weights", "gradients": dtypes.
    cancel: (event, exception): in the first batch, another callback raises that exception at that event
    """
    trace = Trace()
    torch.manual_seed(0)
    model = _Autocast(trace, device).to(device)
    batches = [(torch.ones(2, 2, device=device), torch.zeros(2, 1, device=device))] * 2
    outside: dict[str, bool] = {}
    report: dict[str, Any] = {"loss": [], "gradients": []}
    cancels = [cancel[1]] if cancel else []

    def loss_func(pred: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        report["loss"].append(torch.is_autocast_enabled(device))
        return ((pred - y) ** 2).mean()

    def note(event: str) -> Any:
        def method(self: Any) -> None:
            outside[event] = outside.get(event, False) or torch.is_autocast_enabled(device)

        return method

    def after_backward(self: Any) -> None:
        report["gradients"] += [p.grad.dtype for p in self.model.parameters()]

    def maybe(self: Any) -> None:
        if cancels:
            raise lookup(module, cancels.pop())

    moments = ("before_epoch", "before_validate", "after_epoch")
    watch = watching(module, after_backward=after_backward, **{event: note(event) for event in moments})
    extra = [watching(module, **{cancel[0]: maybe})] if cancel else []
    options = {} if dtype is None else {"dtype": dtype}
    learn = learner(
        module,
        trace,
        Batches(batches),
        Batches(batches[:1]),
        [lookup(module, "MixedPrecision")(**options), watch, *extra],
        model=model,
        loss_func=loss_func,
        opt_func=torch.optim.SGD,
        lr=0.1,
    )
    learn.fit(2)
    outside["after the fit"] = torch.is_autocast_enabled(device)
    return {
        **report,
        "forward": [details for what, details in trace.entries if what == "forward"],
        "outside": outside,
        "weights": [p.dtype for p in model.parameters()],
    }


def scaled(
    module: ModuleType, infinite: list[int], batches: int, scale: float, growth: int, device: str
) -> list[Any]:
    """The trace of an epoch under MixedPrecision(float16), by the stand-ins.

    infinite: numbers of the training batches whose gradient is infinite
    """
    trace = Trace()
    model = Model(trace).to(device)
    backwards = 0

    def gradient(g: torch.Tensor) -> torch.Tensor:
        nonlocal backwards
        backwards += 1
        return g * torch.inf if backwards - 1 in infinite else g

    model.weight.register_hook(gradient)
    sides = [torch.full((1, 1), 2.0**k, dtype=torch.float64, device=device) for k in range(batches)]
    dl = Batches([(x, torch.zeros_like(x)) for x in sides])
    mixed = lookup(module, "MixedPrecision")(dtype=torch.float16, scale=scale, growth=growth)
    learner(module, trace, dl, dl, [mixed], model=model, lr=0.5).fit(1)
    return trace.entries
