"""Stand-ins for the parts around a training loop: data, a model, a loss and an optimizer that keep one trace.

Their numbers identify the batches and steps. The model is x · weight with one weight, the loss the mean of
pred - y: its gradient is the mean of the batch's x, whatever the weight. The batches' x are powers of two, so
that a gradient shows which batches are in it, and the weight which steps were taken. All in float64, exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import nn


class Trace:
    """Events in order: entries [what, details], plain data that can cross the wire."""

    def __init__(self) -> None:
        self.entries: list[list[Any]] = []

    def note(self, what: str, **details: Any) -> None:
        self.entries.append([what, details])


class Loader:
    """Batches (xb, yb) of the given sizes, xb and yb (n, 1) float64; it can be iterated again, and has a length.

    The batches' number is counted through several loaders by `first`: number k has x = 2^k in each row. y is the
    row's number in the loader. Drawing a batch is noted as ["draw", {"batch": k}], a pass's end as ["drawn", {}].
    """

    def __init__(self, trace: Trace, sizes: Sequence[int], *, first: int = 0) -> None:
        self._trace = trace
        self.batches: list[tuple[torch.Tensor, torch.Tensor]] = []
        row = 0
        for k, size in enumerate(sizes, first):
            x = torch.full((size, 1), 2.0**k, dtype=torch.float64)
            y = torch.arange(row, row + size, dtype=torch.float64).unsqueeze(1)
            self.batches.append((x, y))
            row += size
        self.dataset = [item for batch in self.batches for item in zip(*batch, strict=True)]
        self._first = first

    def __len__(self) -> int:
        return len(self.batches)

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        for k, batch in enumerate(self.batches, self._first):
            self._trace.note("draw", batch=k)
            yield batch
        self._trace.note("drawn")


class Model(nn.Module):
    """pred = x · weight. Notes ["forward", {batch, training, grad, weight}] and ["mode", {training}]."""

    def __init__(self, trace: Trace) -> None:
        super().__init__()
        self._trace = trace
        self.weight = nn.Parameter(torch.zeros((), dtype=torch.float64))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self._trace.note(
            "forward",
            batch=round(x[0, 0].log2().item()) if len(x) else None,
            training=self.training,
            grad=torch.is_grad_enabled(),
            weight=self.weight.item(),
        )
        return x * self.weight

    def train(self, mode: bool = True) -> Model:
        self._trace.note("mode", training=mode)
        super().train(mode)
        return self


class Loss:
    """loss_func(pred, y): the mean of pred - y. Notes ["loss", {value}], and ["backward", {}] when that happens."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace

    def __call__(self, pred: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        loss = (pred - y).mean()
        self._trace.note("loss", value=loss.item())
        if loss.requires_grad:
            loss.register_hook(lambda gradient: self._trace.note("backward", upstream=float(gradient)))
        return loss


class Optimizer:
    """Gradient descent on the model's weight. Notes ["step", {gradient}] and ["zero_grad", {}].

    It has param_groups, as torch's optimizers have: `groups` of them, the weight being in the last one.
    """

    def __init__(self, trace: Trace, model: Model, lr: float = 1.0, groups: int = 1) -> None:
        self._trace = trace
        self._weight = model.weight
        self.param_groups: list[dict[str, Any]] = [{"params": [], "lr": lr} for _ in range(groups - 1)]
        self.param_groups.append({"params": [model.weight], "lr": lr})

    def step(self) -> None:
        gradient = self._weight.grad
        self._trace.note("step", gradient=None if gradient is None else float(gradient))
        if gradient is not None:
            with torch.no_grad():
                self._weight.sub_(self.param_groups[-1]["lr"] * gradient)

    def zero_grad(self, set_to_none: bool = True) -> None:
        self._trace.note("zero_grad")
        self._weight.grad = None if set_to_none or self._weight.grad is None else self._weight.grad.zero_()
