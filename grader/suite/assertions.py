"""Assertions on values, whose messages name the first difference and how large it is.

The tolerance grows with the data: 8·eps·(1 + scale) + 1e-6, eps that of the dtype the submission works
in and scale the largest magnitude of its inputs. It gave no false alarm on odd but correct formulas and
let none of the seeded bugs pass; a fixed relative tolerance of 1e-5 wrongly failed correct work. The
floor of 1e-6 is one of float32: in float64 it is 1e-12.
"""

from __future__ import annotations

from typing import Any

import torch

from grader.suite.source import literal
from grader.suite.student import Mismatch

_FLOOR = {torch.float64: 1e-12}


def tolerance(dtype: torch.dtype, scale: float = 0.0, *, roundings: float = 1.0) -> float:
    """Return the largest absolute error allowed: `roundings` of the kind above at magnitude `scale`."""
    return roundings * (8 * torch.finfo(dtype).eps * (1 + float(scale)) + _FLOOR.get(dtype, 1e-6))


def assert_close(
    got: Any,
    expected: Any,
    *,
    what: str = "the result",
    scale: Any = None,
    roundings: float = 1.0,
    atol: float | None = None,
    dtype: torch.dtype | None = None,
) -> None:
    """Raise Mismatch unless `got` equals `expected` within the tolerance; nan equals nan, and infinities are the same.

    got:       a tensor or a number (the submission's)
    expected:  tensor or number, best computed in float64; `got` must have its shape
    scale:     the largest magnitude that the computation handles (default: that of finite `expected`)
    roundings: the number of such errors that may add up
    atol:      an absolute error that replaces the tolerance
    dtype:     the one that the submission worked in, where `got` does not have it

    The message names the first entry that differs, both values, the distance and the tolerance.
    """
    if not isinstance(got, (torch.Tensor, int, float)):
        raise Mismatch(f"{what} has to be a number or a tensor, but is {literal(got)[:100]}")
    got_dtype = dtype or (got.dtype if isinstance(got, torch.Tensor) else torch.float32)
    g = torch.as_tensor(got).detach().cpu().double()
    e = torch.as_tensor(expected).detach().cpu().double()
    if g.shape != e.shape:
        raise Mismatch(f"{what} has shape {tuple(g.shape)}, expected {tuple(e.shape)}")
    finite = e[e.isfinite()].abs()
    size = float(finite.max()) if finite.numel() else 0.0
    size = max(size, float(scale)) if scale is not None else size
    floating = got_dtype if got_dtype.is_floating_point else torch.float32
    limit = atol if atol is not None else tolerance(floating, size, roundings=roundings)
    # Beyond its largest number a dtype has only infinity, and near it rounding may go either way.
    top = torch.finfo(floating).max
    saturated = g.isinf() & (e.abs() >= top * (1 - torch.finfo(floating).eps)) & (g.sign() == e.sign())
    same = (g == e) | (g.isnan() & e.isnan()) | ((g - e).abs() <= limit) | saturated
    if bool(same.all()):
        return
    index = tuple(int(i) for i in (~same).nonzero()[0])
    place = f"{what}[{', '.join(map(str, index))}]" if index else what
    there, here = float(g[index]) + 0.0, float(e[index]) + 0.0  # -0.0 reads as a riddle
    lines = [f"{place} is {there:.9g}, expected {here:.9g}"]
    if abs(there - here) < float("inf"):
        lines.append(f"they are {abs(there - here):.3g} apart; {limit:.3g} is allowed")
    if (wrong := int((~same).sum())) > 1:
        lines.append(f"{wrong} of {same.numel()} entries differ")
    raise Mismatch("\n".join(lines))


def assert_dtype(got: torch.Tensor, dtype: torch.dtype, *, what: str = "the result") -> None:
    """Raise Mismatch unless `got` has that dtype."""
    if got.dtype != dtype:
        raise Mismatch(f"{what} has dtype {got.dtype}, expected {dtype}: results follow their inputs")


def assert_shape(got: Any, shape: tuple[int, ...], *, what: str = "the result") -> None:
    """Raise Mismatch unless `got` is a tensor of that shape."""
    if not isinstance(got, torch.Tensor):
        raise Mismatch(f"{what} has to be a tensor of shape {shape}, but is {literal(got)[:100]}")
    if tuple(got.shape) != tuple(shape):
        raise Mismatch(f"{what} has shape {tuple(got.shape)}, expected {tuple(shape)}")


def require(condition: bool, text: str) -> None:
    """Raise Mismatch with `text`, which says what was expected and what came, unless `condition`."""
    if not condition:
        raise Mismatch(text)
