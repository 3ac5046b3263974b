"""A student's progress in words: a unit's points as a bar, and the function to write next."""

from __future__ import annotations

import os
from pathlib import Path

from grader.records.scoring import Points

_BAR = 20


def line_of_points(unit: str, points: Points, *, bonus: int, form: int = 0) -> str:
    """Return the line `01_softmax   ██████░░░░  12 of 40 points  + 2 bonus`.

    form: points that depend on hidden tests which are not here
    """
    full = round(_BAR * points.earned / points.possible) if points.possible else 0
    extra = f"  + {bonus} bonus" if bonus else ""
    if form:
        extra += (
            f"  ({form} of these for the form of answers: whether they are right is seen when it is graded)"
        )
    return f"{unit:<18} {'█' * full}{'░' * (_BAR - full)}  {points.earned} of {points.possible} points{extra}"


def open_next(file: Path, function: str) -> str:
    """Return the sentence that names the function to write next, with its place as editors take it."""
    shown = os.path.relpath(file) if file.is_relative_to(Path.cwd()) else str(file)
    return f"Open {shown}{_line_of(file, function)} next: {function}"


def _line_of(file: Path, function: str) -> str:
    if file.is_file():
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if line.startswith((f"def {function}(", f"class {function}")):
                return f":{number}"
    return ""
