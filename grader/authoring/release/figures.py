"""Draw a handout's figures from the answer key, as SVG files beside it.

A unit that has figures holds `figures.py` among its tests, with `draw(key) -> dict[str, matplotlib.figure.Figure]`.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.course import CourseError, Unit, load_module

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_STYLE: dict[Any, Any] = {"svg.hashsalt": "", "svg.fonttype": "none", "font.family": "sans-serif"}
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))
_PATH = re.compile(r'(?<= d=")[^"]*')
_NUMBER = re.compile(r"-?\d+\.\d+")


def generate_figures(unit: Unit) -> dict[Path, str]:
    """Return the text of each figure's file. Raise CourseError for one that the handout doesn't show."""
    drawing = unit.tests / "figures.py"
    if not drawing.exists():
        return {}
    folder = unit.handout.parent / "figures"
    figures = load_module(drawing).draw(load_module(unit.reference))
    handout = unit.handout.read_text(encoding="utf-8")
    for name in figures:
        if f"](figures/{name}.svg)" not in handout:
            raise CourseError(f"{unit.handout} doesn't show figures/{name}.svg, which {drawing} draws")
    return {folder / f"{name}.svg": as_svg(figure) for name, figure in figures.items()}


def as_svg(figure: Figure) -> str:
    """Return the figure as SVG, the same each time, and on every processor: their last digits differ."""
    import matplotlib

    out = io.StringIO()
    with matplotlib.rc_context(_STYLE):
        figure.savefig(out, format="svg", metadata=_NO_METADATA)
    lines = (line.rstrip() for line in out.getvalue().splitlines())
    return _PATH.sub(lambda path: _NUMBER.sub(_rounded, path[0]), "\n".join(lines)) + "\n"


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.1f}".replace("-0.0", "0.0")
