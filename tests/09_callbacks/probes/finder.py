"""LRFinder and lr_find."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import torch
from torch import nn

from grader.box.names import lookup
from grader.box.probes.training_loop import Model, Optimizer, Trace

from .common import Batches, learner, number, plain


class _Sweeping(Optimizer):
    """Notes the lr of each step, and steps by it."""

    def step(self) -> None:
        self._trace.note("lr", lr=number(self.param_groups[-1]["lr"]))
        super().step()


def _given_losses(losses: list[float], calls: list[float]) -> Any:
    """A loss function that gives these values one by one, and then the last of them, and a gradient of 1."""

    def loss_func(pred: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        value = losses[min(len(calls), len(losses) - 1)]
        calls.append(value)
        return pred.mean() - pred.mean().detach() + value

    return loss_func


def sweep(
    module: ModuleType, how: str, losses: list[float], batches: int, epochs: int, **options: Any
) -> dict[str, Any]:
    """An LRFinder as a callback of fit(epochs), or lr_find, over losses that are given one by one.

    how: "LRFinder" or "lr_find". "stepped": lr of each step; "lrs", "losses": the finder's; "suggestion" of lr_find;
    "calls": how often the loss was computed; "eval": how often the model was called in eval mode; "restored": whether
    the weight is what it was.
    """
    trace, calls = Trace(), []
    model = Model(trace)
    model.weight.data.fill_(0.3)
    before = model.weight.detach().clone()
    finder = lookup(module, "LRFinder")(**options) if how == "LRFinder" else None
    learn = learner(
        module,
        trace,
        [1] * batches,
        [1],
        [finder] if finder else None,
        model=model,
        loss_func=_given_losses(losses, calls),
        opt_func=lambda params, lr: _Sweeping(trace, model, lr),
        lr=0.125,
    )
    report: dict[str, Any] = {}
    if finder:
        learn.fit(epochs)
        report = {"lrs": plain(list(finder.lrs)), "losses": plain(list(finder.losses))}
    else:
        lrs, seen, suggestion = lookup(module, "lr_find")(learn, **options)
        report = {"lrs": plain(list(lrs)), "losses": plain(list(seen)), "suggestion": number(suggestion)}
    forwards = [details for what, details in trace.entries if what == "forward"]
    return {
        **report,
        "stepped": [details["lr"] for what, details in trace.entries if what == "lr"],
        "calls": len(calls),
        "eval": sum(not details["training"] for details in forwards),
        "restored": torch.equal(model.weight.detach(), before),
    }


def restored(module: ModuleType, how: str, batches: int, num_it: int) -> dict[str, Any]:
    """A small network with batch norm, before and after a sweep: names of state_dict's entries that changed.

    "after": for lr_find, names that differ after another fit, from those of a twin that fitted without lr_find.
    """

    def build() -> Any:
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Linear(3, 1))
        data = [(torch.randn(4, 2), torch.randn(4, 1)) for _ in range(batches)]
        cbs = [lookup(module, "LRFinder")(num_it=num_it)] if how == "LRFinder" else None

        def opt_func(params: Any, lr: float) -> Any:
            return torch.optim.SGD(params, lr=lr, momentum=0.9)

        dls = Batches(data)
        loss_func = nn.functional.mse_loss
        return model, learner(
            module, Trace(), dls, dls, cbs, model=model, loss_func=loss_func, opt_func=opt_func, lr=0.05
        )

    def differ(one: Any, other: Any) -> list[str]:
        return [name for name in one if not torch.equal(one[name], other[name])]

    def state(model: Any) -> dict[str, Any]:
        return {name: tensor.clone() for name, tensor in model.state_dict().items()}

    model, learn = build()
    if how == "LRFinder":
        before = state(model)
        learn.fit(1 + num_it // batches)
        return {"changed": differ(before, state(model)), "after": []}
    learn.fit(1)
    before = state(model)
    lookup(module, "lr_find")(learn, num_it=num_it)
    changed = differ(before, state(model))
    model.zero_grad()  # gradients that the last step of the sweep may have left
    learn.fit(1)
    twin, other = build()
    other.fit(1)
    other.fit(1)
    return {"changed": changed, "after": differ(state(model), state(twin))}
