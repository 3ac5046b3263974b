"""SequentialModel: calls, gradients, and what torch finds in it."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import torch
from torch import nn

from grader.box.names import lookup
from grader.endings import ForbiddenCall

from .common import CAP


class Noted(nn.Module):
    """x · factor + summand, noting each call in `calls`, with the layer's number."""

    def __init__(self, factor: float, summand: float) -> None:
        super().__init__()
        self.factor, self.summand = factor, summand

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.factor + self.summand


def _layer(kind: str, *options: Any) -> nn.Module:
    """["linear", weight, bias or None], ["batchnorm", n], ["affine", factor, summand], ["relu"], ["tanh"]."""
    if kind == "linear":
        weight, bias = options
        layer = nn.Linear(*reversed(weight.shape), bias=bias is not None, dtype=weight.dtype)
        with torch.no_grad():
            layer.weight.copy_(weight)
            if bias is not None:
                layer.bias.copy_(bias)
        return layer
    kinds: dict[str, Any] = {"batchnorm": nn.BatchNorm1d, "affine": Noted, "relu": nn.ReLU, "tanh": nn.Tanh}
    return kinds[kind](*options)


def _sequential(module: ModuleType, layers: list[nn.Module], given: str = "list") -> Any:
    """The model, made of the layers in another container; it is an nn.Module, but no nn.Sequential."""
    cls = lookup(module, "SequentialModel")
    if nn.Sequential in getattr(cls, "__mro__", ()):
        raise ForbiddenCall("SequentialModel is derived from torch.nn.Sequential: write it yourself")
    containers: dict[str, Callable[[list[nn.Module]], Any]] = {
        "list": list,
        "tuple": tuple,
        "generator": lambda items: (item for item in items),
        "ModuleList": nn.ModuleList,
    }
    model = cls(containers[given](layers))
    if isinstance(model, nn.Sequential):
        raise ForbiddenCall("SequentialModel makes a torch.nn.Sequential: write it yourself")
    return model


def call_in_order(
    module: ModuleType,
    layers: list[list[Any]],
    orders: list[list[int]],
    x: torch.Tensor,
    *,
    given: str = "list",
    afterwards: str = "",
) -> list[dict[str, Any]]:
    """For models that are made of the layers in those orders: "called" (numbers of the layers), and "out".

    All models are made first, then called one after the other, twice; the second time is reported.
    afterwards: "clear" or "extend": what the caller does with the list after a model was made of it
    """
    pool = [_layer(*layer) for layer in layers]
    calls: list[int] = []
    for k, layer in enumerate(pool):
        layer.register_forward_hook(lambda *_, k=k: calls.append(k))
    models = []
    for order in orders:
        items = [pool[k] for k in order]
        models.append(_sequential(module, items, given) if not afterwards else _made_of(module, items))
        if afterwards == "clear":
            items.clear()
        elif afterwards == "extend":
            items.append(_layer("affine", 1.0, 1000.0))
    reports = []
    for model in models:
        for _ in range(2):
            calls.clear()
            out = model(x.clone())
        reports.append({"called": calls[:CAP], "out": out})
    return reports


def _made_of(module: ModuleType, items: list[nn.Module]) -> Any:
    _sequential(module, [nn.Identity()])
    return lookup(module, "SequentialModel")(items)


def backpropagate(
    module: ModuleType, layers: list[list[Any]], x: torch.Tensor, upstream: torch.Tensor
) -> dict[str, Any]:
    """The model's "out", and gradients of sum(upstream · out): "x", and "parameters", the layers' in their order."""
    pool = [_layer(*layer) for layer in layers]
    model = _sequential(module, pool)
    x = x.detach().clone().requires_grad_()
    out = model(x)
    if isinstance(out, torch.Tensor) and out.requires_grad:
        out.backward(upstream)
    gradients = [p.grad for layer in pool for p in layer.parameters()]
    return {"out": out, "x": x.grad, "parameters": gradients}


def reach(module: ModuleType, layers: list[list[Any]], order: list[int]) -> dict[str, Any]:
    """What torch finds in a model of these layers.

    "is_module"; "parameters": of model.parameters(), as "layer 0's weight"; "state": the layers' tensors that are in
    state_dict(), in its order; "eval", "train": numbers of the layers that follow the model into this mode;
    "double": dtypes of all the layers' floating tensors after model.to(float64)
    """
    pool = [_layer(*layer) for layer in layers]
    model = _sequential(module, [pool[k] for k in order])
    if not isinstance(model, nn.Module):
        return {"is_module": False}
    tensors = [
        (k, *found) for k, layer in enumerate(pool) for found in layer.state_dict(keep_vars=True).items()
    ]
    names = {id(tensor): f"layer {k}'s {name}" for k, name, tensor in tensors}
    report: dict[str, Any] = {
        "is_module": True,
        "parameters": [names.get(id(p), "an unknown parameter") for p in model.parameters()],
        "state": [
            names[id(tensor)] for tensor in model.state_dict(keep_vars=True).values() if id(tensor) in names
        ],
    }
    model.eval()
    report["eval"] = [k for k, layer in enumerate(pool) if not layer.training]
    model.train()
    report["train"] = [k for k, layer in enumerate(pool) if layer.training]
    model.to(torch.float64)
    report["double"] = [
        [f"layer {k}'s {name}", tensor.dtype]
        for k, layer in enumerate(pool)
        for name, tensor in layer.state_dict().items()
        if tensor.is_floating_point()
    ]
    return report
