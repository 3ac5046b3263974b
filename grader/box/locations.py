"""Locations in a submission, as students see them: the file or the notebook's cell, line and function."""

from __future__ import annotations

import linecache
from pathlib import Path

from grader.intake.submission.extraction import cell_and_line


def place(file: str, line: int, function: str) -> str:
    """Return the line, by the numbers that its author sees, and its text."""
    source = linecache.getline(file, line).strip()
    cell = cell_and_line(linecache.getlines(file), line)
    where = f"cell {cell[0]}, line {cell[1]}" if cell else f"{Path(file).name}, line {line}"
    return f"{where}, in {function}: {source}"
