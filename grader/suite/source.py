"""Values and calls as Python that a student can paste."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch

_MOST_ENTRIES = 64
_UNREAD = "…"
_reading = True


@contextlib.contextmanager
def nobody_reads() -> Iterator[None]:
    """Within the block nobody will read what tests say, so `literal` says nothing: most of it is for failures alone."""
    global _reading
    _reading = False
    try:
        yield
    finally:
        _reading = True


def literal(value: Any) -> str:
    """Return Python source for plain data. A tensor of more than 64 entries is described instead.

    >>> literal(torch.tensor([1.0, float("inf")], dtype=torch.float16))
    'torch.tensor([1.0, inf], dtype=torch.float16)'
    """
    if not _reading:
        return _UNREAD
    if isinstance(value, torch.Tensor):
        return _tensor(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, (list, tuple)):
        inside = ", ".join(literal(v) for v in value)
        if isinstance(value, tuple):
            return f"({inside},)" if len(value) == 1 else f"({inside})"
        return f"[{inside}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(k)}: {literal(v)}" for k, v in value.items()) + "}"
    return repr(value)


def call_literal(name: str, args: Any, kwargs: Any) -> str:
    """Return Python source for a call."""
    inside = [literal(a) for a in args] + [f"{k}={literal(v)}" for k, v in kwargs.items()]
    return f"{name}({', '.join(inside)})"


def preamble(code: str) -> str:
    """Return the imports that pasted code needs, one a line; empty when it needs none."""
    names = [n for n in ("inf", "nan") if any(f"{b}{n}{a}" in code for b in " [(-=" for a in ",])")]
    lines = (["import torch"] if "torch." in code else []) + (
        [f"from math import {', '.join(names)}"] if names else []
    )
    return "\n".join(lines)


def _tensor(value: torch.Tensor) -> str:
    if value.numel() > _MOST_ENTRIES:
        return f"<{str(value.dtype).removeprefix('torch.')} tensor of shape {tuple(value.shape)}>"
    base, view = value.detach(), ""
    expanded = [n > 1 and s == 0 for n, s in zip(value.shape, value.stride(), strict=True)]
    if any(expanded):
        base = base[tuple(slice(0, 1) if e else slice(None) for e in expanded)]
        view = f".expand({', '.join(map(str, value.shape))})"
    elif value.dim() == 2 and not value.is_contiguous() and value.t().is_contiguous():
        base, view = base.t(), ".t()"
    default = {torch.float32, torch.int64, torch.bool}
    options = "" if value.dtype in default and value.numel() else f", dtype={value.dtype}"
    if value.requires_grad:
        options += ", requires_grad=True"
    if 0 in value.shape:
        return f"torch.empty({', '.join(map(str, value.shape))}{options})"
    return f"torch.tensor({_entries(base.tolist())}{options}){view}"


def _entries(values: Any) -> str:
    if isinstance(values, list):
        return "[" + ", ".join(map(_entries, values)) + "]"
    return _number(values) if isinstance(values, float) else repr(values)


def _number(x: float) -> str:
    if math.isnan(x):
        return "nan"
    if math.isinf(x):
        return "inf" if x > 0 else "-inf"
    short = f"{x:.8g}"
    text = short if float(torch.tensor(float(short))) == float(torch.tensor(x)) else repr(x)
    return text if any(c in text for c in ".en") else text + ".0"


@dataclass(frozen=True)
class Call:
    """One call of a test and its result, as Python."""

    code: str
    result: str


def request_as_python(op: str, name: str, args: Any, kwargs: Any) -> str:
    """Return code that does the same as a request without the kit, where that is short enough to read."""
    if op == "call":
        return call_literal(name, args, kwargs)
    if name == "grad_of":
        function, (x, *rest), cotangent, options = [*args, *[None] * (4 - len(args))][:4]
        call = call_literal(function, [x, *rest], options or {}).replace(literal(x), "x", 1)
        backward = "sum().backward()" if cotangent is None else f"backward({literal(cotangent)})"
        return f"x = {literal(x)}.requires_grad_()\n{call}.{backward}; x.grad"
    if name == "call_after_change":
        function, (x, *rest), changed, options = [*args, None][:4]
        call = call_literal(function, [x, *rest], options or {}).replace(literal(x), "x", 1)
        return f"x = {literal(x)}; {call}\nx.copy_({literal(changed)}); {call}"
    if name in ("call_and_inspect", "call_many", "call_seeded"):
        function, *counts, arguments = [a for a in args if not isinstance(a, dict)]
        options = next((a for a in args if isinstance(a, dict)), {})
        often = f"  # {name}: {literal(counts[0])}" if counts else ""
        return call_literal(function, arguments, options) + often
    return call_literal(f"probes.{name}", ["this module", *args], kwargs).replace(
        "'this module'", "module", 1
    )
