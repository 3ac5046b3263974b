"""Drawings beside the result of a check, where a picture says more than numbers: small SVGs, made without a library.

A unit that has some holds `live.py` among its tests, with pictures(module, function) -> a list of
{"title", "lines": {name: [[x, y], …]}} or {"title", "histogram": numbers, "expected": {name: [[x, height], …]}}.
What the tests themselves recorded while training is drawn as well.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from types import ModuleType
from typing import Any

import numpy as np
import torch

from grader.course import Unit, load_module
from grader.records.curves import scaled
from grader.suite.plugin.collected_suite import Ran

_WIDTH, _HEIGHT, _EDGE = 360, 150, 24
_COLOURS = ("#3b7dd8", "#d98324", "#2e8b57", "#8e5bb0")
_DASHES = ("", "6 4", "2 3", "8 3 2 3")  # so that colours are not all that tells curves apart
_BINS = 40
_MOST_LINES, _MOST_PICTURES = 4, 8

Points = Sequence[Sequence[float]]


def drawings_of(unit: Unit, main: ModuleType, function: str, ran: Sequence[Ran]) -> tuple[str, ...]:
    """The drawings for a function, if there are any. One that the student's code can't be drawn for is left out."""
    pictures = [
        {"title": name, "lines": {"": points}} for test in ran for name, points in test.curves.items()
    ]
    drawer = unit.tests / "live.py"
    if drawer.exists() and hasattr(main, function):
        try:
            with torch.no_grad():
                pictures = [*load_module(drawer).pictures(main, function), *pictures]
        except Exception:
            pass  # the tests have told what is wrong
    drawn = (_drawing(picture) for picture in pictures[:_MOST_PICTURES])
    return tuple(drawing for drawing in drawn if drawing)


def _drawing(picture: Mapping[str, Any]) -> str:
    try:
        if "histogram" in picture:
            bars, lines = _bars(picture["histogram"]), dict(picture.get("expected", {}))
            return _svg(picture["title"], lines, bars)
        return _svg(picture["title"], dict(picture["lines"]), [])
    except (TypeError, ValueError, KeyError, OverflowError):
        return ""


def _bars(values: Any) -> list[tuple[float, float, float]]:
    """(left, right, height) of a histogram whose area is 1."""
    numbers = np.asarray(values, dtype=float).ravel()
    numbers = numbers[np.isfinite(numbers)]
    if not numbers.size:
        return []
    heights, edges = np.histogram(numbers, bins=_BINS, density=True)
    return [(float(a), float(b), float(h)) for a, b, h in zip(edges[:-1], edges[1:], heights, strict=True)]


def _svg(title: str, lines: Mapping[str, Points], bars: Sequence[tuple[float, float, float]]) -> str:
    curves = {name: _finite(points) for name, points in list(lines.items())[:_MOST_LINES]}
    curves = {name: points for name, points in curves.items() if len(points) > 1}
    xs = [x for points in curves.values() for x, _ in points] + [x for bar in bars for x in bar[:2]]
    ys = (
        [y for points in curves.values() for _, y in points]
        + [bar[2] for bar in bars]
        + ([0.0] if bars else [])
    )
    if not xs:
        return ""

    def place(x: float, y: float) -> tuple[float, float]:
        across = _EDGE + scaled(x, xs) * (_WIDTH - 2 * _EDGE)
        return across, _HEIGHT - _EDGE - scaled(y, ys) * (_HEIGHT - 2 * _EDGE)

    drawn = []
    for left, right, height in bars:
        (x, y), (end, bottom) = place(left, height), place(right, 0.0)
        size = f'width="{end - x:.1f}" height="{bottom - y:.1f}"'
        drawn.append(f'<rect x="{x:.1f}" y="{y:.1f}" {size} fill="{_COLOURS[0]}" opacity=".45"/>')
    names = []
    for (name, points), colour, dash in zip(curves.items(), _COLOURS[bool(bars) :], _DASHES, strict=False):
        path = " ".join("{:.1f},{:.1f}".format(*place(x, y)) for x, y in points)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        drawn.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>')
        if name:
            names.append(f'<span style="color:{colour}">{"- -" if dash else "—"}</span> {escape(name)}')
    frame = (
        f'<text x="{_EDGE}" y="{_HEIGHT - 6}">{min(xs):.3g}</text>'
        f'<text x="{_WIDTH - _EDGE}" y="{_HEIGHT - 6}" text-anchor="end">{max(xs):.3g}</text>'
        f'<text x="2" y="{_HEIGHT - _EDGE}">{min(ys):.3g}</text><text x="2" y="{_EDGE - 6}">{max(ys):.3g}</text>'
    )
    size = f'width="{_WIDTH}" height="{_HEIGHT}"'
    return (
        '<figure style="display:inline-block;margin:.5em 1em .5em 0">'
        f'<svg {size} role="img" aria-label="{escape(str(title))}">'
        f'<g font-size="10" fill="currentColor">{frame}</g>{"".join(drawn)}</svg>'
        f"<figcaption>{escape(str(title))} {' '.join(names)}</figcaption></figure>"
    )


def _finite(points: Points) -> list[tuple[float, float]]:
    pairs = ((float(x), float(y)) for x, y in points)
    return [(x, y) for x, y in pairs if math.isfinite(x) and math.isfinite(y)]
