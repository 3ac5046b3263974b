"""Probes of unit 02: they fill weights, initialise models and report what became of them.

A model crosses as a description: [kind, options] for a layer of torch.nn, "My" before its name for one of a
derived class, or for a `Stray` (parameters and
buffers that belong to no layer), [kind, options, [[name, description], ...]] for a container.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import torch
from torch import nn

from grader.box.names import lookup


def fill(
    module: ModuleType,
    function: str,
    shape: list[int],
    *args: Any,
    start: float = 0.0,
    dtype: torch.dtype = torch.float32,
    **kwargs: Any,
) -> torch.Tensor:
    """A weight of that shape, full of `start`, after function(weight, *args, **kwargs) worked on it."""
    weight = torch.full(shape, start, dtype=dtype)
    lookup(module, function)(weight, *args, **kwargs)
    return weight


def fill_often(
    module: ModuleType, function: str, shape: list[int], seeds: list[int | None], **kwargs: Any
) -> list[torch.Tensor]:
    """Weights filled one after the other, each right after torch.manual_seed(seed) where it is no None."""
    weights = []
    for seed in seeds:
        if seed is not None:
            torch.manual_seed(seed)
        weights.append(fill(module, function, shape, **kwargs))
    return weights


def fill_and_inspect(
    module: ModuleType,
    function: str,
    weight: torch.Tensor,
    args: list[Any] | None = None,
    *,
    parameter: bool = False,
    requires_grad: bool = False,
) -> dict[str, Any]:
    """What function(weight, *args) did to the weight, apart from its entries.

    "before", "after": the entries; "memory": those at the place in memory where the weight was before;
    "returned_itself": whether the weight was the result; "result": the class of the result;
    "leaf", "grad_fn" (its name or None), "requires_grad", "grad" (whether one is there): of the weight afterwards.
    """
    before = weight.detach().clone()
    w = (
        nn.Parameter(before.clone(), requires_grad)
        if parameter
        else before.clone().requires_grad_(requires_grad)
    )
    place = w.detach()
    result = lookup(module, function)(w, *(args or []))
    return {
        "before": before,
        "after": w.detach().clone(),
        "memory": place.clone(),
        "returned_itself": result is w,
        "result": type(result).__name__,
        "leaf": w.is_leaf,
        "grad_fn": type(w.grad_fn).__name__ if w.grad_fn is not None else None,
        "requires_grad": w.requires_grad,
        "grad": w.grad is not None,
    }


class Stray(nn.Module):
    """Parameters and a buffer that belong to no conv or linear layer, whatever they are called."""

    def __init__(self, side: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(side, side))
        self.bias = nn.Parameter(torch.zeros(side))
        self.register_buffer("kernel", torch.zeros(side, side))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x


class Holder(nn.Module):
    """Children under names of their own, called in order."""

    def __init__(self, children: dict[str, nn.Module]) -> None:
        super().__init__()
        for name, child in children.items():
            setattr(self, name, child)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for child in self.children():
            x = child(x)
        return x


class Backwards(Holder):
    """Children called from the last to the first."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for child in reversed(list(self.children())):
            x = child(x)
        return x


def _layer_class(kind: str) -> type[nn.Module]:
    """The layer of torch.nn called `kind`; "MyLinear" is a class that is derived from nn.Linear."""
    if not kind.startswith("My"):
        return getattr(nn, kind)
    return type(kind, (getattr(nn, kind.removeprefix("My")),), {})


def build(description: list[Any]) -> nn.Module:
    """The model that a description stands for."""
    kind, options = description[0], description[1]
    if len(description) == 2:
        return Stray(**options) if kind == "Stray" else _layer_class(kind)(**options)
    children = {name: build(child) for name, child in description[2]}
    if kind in ("Holder", "Backwards"):
        return Holder(children) if kind == "Holder" else Backwards(children)
    if kind == "ModuleDict":
        return nn.ModuleDict(children)
    return nn.Sequential(*children.values()) if kind == "Sequential" else nn.ModuleList(children.values())


def _tensors(model: nn.Module) -> dict[tuple[str, str, str], torch.Tensor]:
    """Parameters and buffers by path of their layer, class of the layer and name in it."""
    return {
        (path, type(layer).__name__, name): tensor
        for path, layer in model.named_modules()
        for name, tensor in (*layer.named_parameters(recurse=False), *layer.named_buffers(recurse=False))
    }


def init_model(
    module: ModuleType,
    description: list[Any],
    *args: Any,
    dtype: torch.dtype = torch.float32,
    frozen: bool = False,
    training: bool = True,
) -> dict[str, Any]:
    """Build the model, set everything in it to numbers between 3 and 4, call init_model_(model, *args).

    "tensors": for each parameter and buffer [path of its layer, class of the layer, name, before, after,
    whether it is the same object, whether requires_grad stayed, whether it has no autograd history];
    "gone", "new": names that vanished or came; "modes": whether each layer's train/eval mode stayed.
    """
    model = build(description).to(dtype).train(training).requires_grad_(not frozen)
    with torch.no_grad():
        for tensor in _tensors(model).values():
            if tensor.is_floating_point():
                tensor.copy_(torch.rand(tensor.shape) + 3)
            else:
                tensor.add_(3)
    tensors = _tensors(model)
    before = {key: (t.detach().clone(), t.requires_grad) for key, t in tensors.items()}
    lookup(module, "init_model_")(model, *args)
    afterwards = _tensors(model)
    return {
        "tensors": [
            [
                *key,
                before[key][0],
                t.detach().clone(),
                t is tensors[key],
                t.requires_grad == before[key][1],
                t.grad_fn is None,
            ]
            for key, t in afterwards.items()
            if key in tensors
        ],
        "gone": [".".join(k) for k in tensors if k not in afterwards],
        "new": [".".join(k) for k in afterwards if k not in tensors],
        "modes": all(layer.training == training for layer in model.modules()),
    }


def run_lsuv(
    module: ModuleType, description: list[Any], xb: torch.Tensor, scale: float, *args: Any, **kwargs: Any
) -> dict[str, Any]:
    """Build the model with normal weights of that std, call lsuv_(model, xb, *args, **kwargs).

    "outputs": [path, class, output on xb] of each conv and linear layer, in the order in which they run;
    "hooks": how many hooks are left; "xb": the batch afterwards; "leaves": whether every parameter is the same
    as before, and a leaf that requires grad.
    """
    model = build(description)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("weight"):
                parameter.copy_(torch.randn(parameter.shape) * scale)
    parameters, given = dict(model.named_parameters()), xb.clone()
    lookup(module, "lsuv_")(model, given, *args, **kwargs)
    hooks = sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in model.modules())
    leaves = all(
        p is parameters.get(name) and p.is_leaf and p.requires_grad for name, p in model.named_parameters()
    )
    outputs: list[list[Any]] = []

    def note(path: str, layer: nn.Module) -> None:
        layer.register_forward_hook(
            lambda _layer, _inputs, out: outputs.append([path, type(layer).__name__, out.detach().clone()])
        )

    for path, layer in model.named_modules():
        if isinstance(layer, (nn.Linear, nn.Conv2d)):
            note(path, layer)
    with torch.no_grad():
        model(xb)
    return {"outputs": outputs, "hooks": hooks, "xb": given, "leaves": leaves}
