"""Curves of a record as small drawings: loss, accuracy or learning rate over the course of training."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 240, 90
_MOST = 1000  # points of a curve that are drawn, and curves of a test


@dataclass(frozen=True)
class Curve:
    """One curve. `path` is in the coordinates of a picture of WIDTH × HEIGHT."""

    name: str
    path: str
    lowest: float
    highest: float
    last: float

    @property
    def words(self) -> str:
        """The curve in words, for a screen reader."""
        return f"{self.name}: between {self.lowest:.4g} and {self.highest:.4g}, {self.last:.4g} at the end"


def curves_of(raw: Any) -> tuple[Curve, ...]:
    """Return the drawings of a record's {name: [[x, y], …]}, without those that have fewer than two finite points."""
    if not isinstance(raw, Mapping):
        return ()
    curves = [_curve(str(name), points) for name, points in list(raw.items())[:_MOST]]
    return tuple(c for c in curves if c is not None)


def _curve(name: str, raw: Any) -> Curve | None:
    points = [p for p in map(_point, list(raw)[:_MOST] if isinstance(raw, list) else []) if p]
    if len(points) < 2:
        return None
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Curve(
        name,
        " ".join(
            f"{scaled(x, xs) * WIDTH:.1f},{(1 - scaled(y, ys)) * (HEIGHT - 8) + 4:.1f}" for x, y in points
        ),
        min(ys),
        max(ys),
        ys[-1],
    )


def _point(raw: Any) -> tuple[float, float] | None:
    try:
        x, y = (float(v) for v in raw)
    except (TypeError, ValueError, OverflowError):  # an int may have thousands of digits
        return None
    return (x, y) if math.isfinite(x) and math.isfinite(y) else None


def scaled(value: float, values: Sequence[float]) -> float:
    """Return where `value` lies between the least (0) and the greatest (1) of the values; 0.5 if these are equal."""
    low, high = min(values), max(values)
    return 0.5 if high == low else (value - low) / (high - low)
