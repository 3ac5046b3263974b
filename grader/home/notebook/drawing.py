"""Draw small SVGs beside the result of a check, where a picture says more than numbers, without a plotting library.

A unit that has drawings holds `live.py` among its tests, with pictures(module, function) -> a list of
{"title", "lines": {name: [[x, y], …]}} or {"title", "histogram": numbers, "expected": {name: [[x, height], …]}}.
Curves that the tests recorded during training are drawn as well.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

import numpy as np
import torch
from markupsafe import Markup

from grader.course import Unit, load_module
from grader.records.curves import scaled
from grader.suite.plugin.collected_suite import Ran

_WIDTH, _HEIGHT, _EDGE = 360, 150, 24
_COLOURS = ("#3b7dd8", "#d98324", "#2e8b57", "#8e5bb0")
_DASHES = ("", "6 4", "2 3", "8 3 2 3")  # so that colours are not all that tells curves apart
_BINS = 40
_MOST_LINES, _MOST_PICTURES = 4, 8

# Templates: what is formatted into a Markup is escaped, unless it is Markup itself.
_BAR = Markup(
    '<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}" opacity=".45"/>'
)
_CURVE = Markup('<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>')
_DASHED = Markup(' stroke-dasharray="{}"')
_NAME = Markup('<span style="color:{colour}">{line}</span> {name}')
_FRAME = Markup(
    f'<text x="{_EDGE}" y="{_HEIGHT - 6}">{{left:.3g}}</text>'
    f'<text x="{_WIDTH - _EDGE}" y="{_HEIGHT - 6}" text-anchor="end">{{right:.3g}}</text>'
    f'<text x="2" y="{_HEIGHT - _EDGE}">{{low:.3g}}</text><text x="2" y="{_EDGE - 6}">{{high:.3g}}</text>'
)
_FIGURE = Markup(
    '<figure style="display:inline-block;margin:.5em 1em .5em 0">'
    f'<svg width="{_WIDTH}" height="{_HEIGHT}" role="img" aria-label="{{title}}">'
    '<g font-size="10" fill="currentColor">{frame}</g>{drawn}</svg>'
    "<figcaption>{title} {names}</figcaption></figure>"
)

Points = Sequence[Sequence[float]]


def drawings_of(unit: Unit, main: ModuleType, function: str, ran: Sequence[Ran]) -> tuple[Markup, ...]:
    """Return the drawings for a function. One that can't be made from the student's code is left out."""
    pictures = [
        {"title": name, "lines": {"": points}} for test in ran for name, points in test.curves.items()
    ]
    drawer = unit.tests / "live.py"
    if drawer.exists() and hasattr(main, function):
        try:
            with torch.no_grad():
                pictures = [*load_module(drawer).pictures(main, function), *pictures]
        except Exception:
            pass  # the tests say what is wrong
    drawn = (_drawing(picture) for picture in pictures[:_MOST_PICTURES])
    return tuple(drawing for drawing in drawn if drawing)


def _drawing(picture: Mapping[str, Any]) -> Markup | None:
    try:
        if "histogram" in picture:
            bars, lines = _bars(picture["histogram"]), dict(picture.get("expected", {}))
            return _svg(picture["title"], lines, bars)
        return _svg(picture["title"], dict(picture["lines"]), [])
    except (TypeError, ValueError, KeyError, OverflowError):
        return None


def _bars(values: Any) -> list[tuple[float, float, float]]:
    """Return (left, right, height) of the bars of a histogram whose area is 1."""
    numbers = np.asarray(values, dtype=float).ravel()
    numbers = numbers[np.isfinite(numbers)]
    if not numbers.size:
        return []
    heights, edges = np.histogram(numbers, bins=_BINS, density=True)
    return [(float(a), float(b), float(h)) for a, b, h in zip(edges[:-1], edges[1:], heights, strict=True)]


def _svg(
    title: str, lines: Mapping[str, Points], bars: Sequence[tuple[float, float, float]]
) -> Markup | None:
    curves = {name: _finite(points) for name, points in list(lines.items())[:_MOST_LINES]}
    curves = {name: points for name, points in curves.items() if len(points) > 1}
    xs = [x for points in curves.values() for x, _ in points] + [x for bar in bars for x in bar[:2]]
    ys = (
        [y for points in curves.values() for _, y in points]
        + [bar[2] for bar in bars]
        + ([0.0] if bars else [])
    )
    if not xs:
        return None

    def place(x: float, y: float) -> tuple[float, float]:
        across = _EDGE + scaled(x, xs) * (_WIDTH - 2 * _EDGE)
        return across, _HEIGHT - _EDGE - scaled(y, ys) * (_HEIGHT - 2 * _EDGE)

    drawn = []
    for left, right, height in bars:
        (x, y), (end, bottom) = place(left, height), place(right, 0.0)
        drawn.append(_BAR.format(x=x, y=y, width=end - x, height=bottom - y, colour=_COLOURS[0]))
    names = []
    for (name, points), colour, dash in zip(curves.items(), _COLOURS[bool(bars) :], _DASHES, strict=False):
        path = " ".join("{:.1f},{:.1f}".format(*place(x, y)) for x, y in points)
        drawn.append(_CURVE.format(path=path, colour=colour, dashes=_DASHED.format(dash) if dash else ""))
        if name:
            names.append(_NAME.format(colour=colour, line="- -" if dash else "—", name=name))
    return _FIGURE.format(
        title=str(title),
        frame=_FRAME.format(left=min(xs), right=max(xs), low=min(ys), high=max(ys)),
        drawn=Markup("").join(drawn),
        names=Markup(" ").join(names),
    )


def _finite(points: Points) -> list[tuple[float, float]]:
    pairs = ((float(x), float(y)) for x, y in points)
    return [(x, y) for x, y in pairs if math.isfinite(x) and math.isfinite(y)]
