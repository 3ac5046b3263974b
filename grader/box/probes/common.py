"""Probes that every unit may use: they call a function of the submission and report what it did.

A probe takes the submission's module and plain data, and returns plain data. It holds no expected value
and asserts nothing. Whatever cannot cross the wire (gradients, mutation, identity, generators) is examined
here, beside the submission.
"""

from __future__ import annotations

import copy
from types import ModuleType
from typing import Any

import torch

from grader.box.names import lookup


def grad_of(
    module: ModuleType,
    function: str,
    args: list[Any],
    cotangent: torch.Tensor | None = None,
    kwargs: dict[str, Any] | None = None,
) -> torch.Tensor | None:
    """Return the gradient of sum(cotangent · function(*args, **kwargs)) with respect to args[0], of args[0]'s shape.

    cotangent: of the result's shape; default all ones. None comes back when the result does not depend on
    args[0] in a way that autograd can see.
    """
    x = args[0].detach().clone().requires_grad_()
    out = lookup(module, function)(x, *args[1:], **(kwargs or {}))
    if not isinstance(out, torch.Tensor) or not out.requires_grad:
        return None
    out.backward(torch.ones_like(out) if cotangent is None else cotangent.to(out.dtype).expand_as(out))
    return x.grad


def call_and_inspect(
    module: ModuleType, function: str, args: list[Any], kwargs: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Call the function and return {"result", "args": the arguments afterwards, "changed": [indices of
    arguments that were modified], "same": index of the argument that was returned itself, or None,
    "shares": indices of tensor arguments whose memory the result uses}."""
    before = copy.deepcopy(args)
    result = lookup(module, function)(*args, **(kwargs or {}))
    changed = [i for i, (old, new) in enumerate(zip(before, args, strict=True)) if not _equal(old, new)]
    same = next((i for i, a in enumerate(args) if a is result), None)
    shares = [
        i
        for i, a in enumerate(args)
        if isinstance(a, torch.Tensor)
        and isinstance(result, torch.Tensor)
        and a.untyped_storage().data_ptr() == result.untyped_storage().data_ptr()
    ]
    return {"result": result, "args": args, "changed": changed, "same": same, "shares": shares}


def call_many(
    module: ModuleType, function: str, times: int, args: list[Any], kwargs: dict[str, Any] | None = None
) -> list[Any]:
    """Return the results of calling the function `times` times in a row, each time on fresh copies of the arguments."""
    f = lookup(module, function)
    return [f(*copy.deepcopy(args), **(kwargs or {})) for _ in range(times)]


def call_after_change(
    module: ModuleType,
    function: str,
    args: list[Any],
    changed: torch.Tensor,
    kwargs: dict[str, Any] | None = None,
) -> list[Any]:
    """Return the results of three calls: with the arguments; with args[0] overwritten in place by `changed` (of
    its shape and dtype); and with a fresh copy of `changed` in its place. The last two are the same for a function
    that goes by the values of its arguments and remembers nothing."""
    f = lookup(module, function)
    x, *rest = copy.deepcopy(args)
    first = f(x, *rest, **(kwargs or {}))
    first = first.detach().clone() if isinstance(first, torch.Tensor) else first
    x.copy_(changed)
    second = f(x, *rest, **(kwargs or {}))
    return [first, second, f(changed.clone(), *rest, **(kwargs or {}))]


def call_seeded(
    module: ModuleType,
    function: str,
    seeds: list[int],
    args: list[Any],
    kwargs: dict[str, Any] | None = None,
) -> list[Any]:
    """Return the results of calling the function right after torch.manual_seed(seed), for each seed."""
    results = []
    for seed in seeds:
        torch.manual_seed(seed)
        results.append(lookup(module, function)(*copy.deepcopy(args), **(kwargs or {})))
    return results


def _equal(old: Any, new: Any) -> bool:
    if isinstance(old, torch.Tensor):
        return (
            isinstance(new, torch.Tensor)
            and old.shape == new.shape
            and old.dtype == new.dtype
            and old.requires_grad == new.requires_grad
            and torch.equal(torch.nan_to_num(old.detach(), 0.5), torch.nan_to_num(new.detach(), 0.5))
        )
    return bool(old == new)
