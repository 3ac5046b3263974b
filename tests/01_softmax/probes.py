"""Probe of unit 01: it changes a result in place, as a caller may, and asks again."""

from __future__ import annotations

import copy
from types import ModuleType
from typing import Any

import torch

from grader.box.names import lookup


def keep_and_change(
    module: ModuleType, function: str, args: list[Any], others: list[Any] | None = None
) -> list[Any]:
    """Return a result of function(*args) three times: as it came, as it is after function(*others), and as it
    comes again once an entry of the first has been overwritten. All three are the same for a function whose
    results are tensors of their own."""
    f = lookup(module, function)
    result = f(*copy.deepcopy(args))
    came = copy.deepcopy(_plain(result))
    f(*copy.deepcopy(args if others is None else others))
    stayed = copy.deepcopy(_plain(result))
    if isinstance(result, torch.Tensor):
        with torch.inference_mode():  # whatever made the result, it may be written to here
            result.detach()[(0,) * result.dim()].fill_(7.0)
    return [came, stayed, f(*copy.deepcopy(args))]


def _plain(result: Any) -> Any:
    return result.detach() if isinstance(result, torch.Tensor) else result
