"""Work that was not handed in through nbgrader, put where nbgrader looks for it: submitted/STUDENT/UNIT.

A notebook is copied. A module becomes the notebook that students get, with its definitions in their cells and the
rest of it in a cell above: for a person to read, the points come from the record.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from grader.course import Course
from grader.intake.submission.reading import is_notebook
from grader.intake.submission.submission import Submission

Notebook = dict[str, Any]


def hand_over(submissions: Iterable[Submission], course: Course, folder: Path) -> list[Path]:
    """Put those without a notebook in the nbgrader course `folder` into it; the files that were written.

    What lies there already stays as it is. A unit that was not released there is passed over.
    """
    written = []
    for submission in submissions:
        module = course.units[submission.unit].module
        target = folder / "submitted" / submission.student / submission.unit / f"{module}.ipynb"
        release = folder / "release" / submission.unit / f"{module}.ipynb"
        if target.exists() or not release.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        data = submission.module.read_bytes()
        if not is_notebook(submission.module):
            notebook: Notebook = json.loads(release.read_text(encoding="utf-8"))
            filled = filled_in(notebook, data.decode("utf-8", "replace"), submission.module.name)
            data = json.dumps(filled, ensure_ascii=False).encode("utf-8", "replace")
        target.write_bytes(data)
        written.append(target)
    return written


def filled_in(notebook: Notebook, text: str, name: str) -> Notebook:
    """The students' notebook with what the module's text defines. A text that is no Python goes in as one cell."""
    solutions = [about["grade_id"] for c in notebook["cells"] if (about := _about(c)).get("solution")]
    definitions, rest = _parts(text, set(solutions))
    cells: list[dict[str, Any]] = []
    for cell in notebook["cells"]:
        cell_id = _about(cell).get("grade_id")
        if solutions and cell_id == solutions[0]:
            cells.append(_code(f"# The rest of {name}\n{rest}"))
        cells.append({**cell, "source": definitions[cell_id]} if cell_id in definitions else cell)
    return {**notebook, "cells": cells}


def _about(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    return dict(cell["metadata"].get("nbgrader", {}))


def _parts(text: str, wanted: Collection[str]) -> tuple[dict[str, str], str]:
    """(name → the last definition of it at the top level, for the wanted names; what is left of the text)"""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}, text
    lines = text.split("\n")
    places = {}
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and node.name in wanted:
            begin = min([node.lineno, *(d.lineno for d in node.decorator_list)]) - 1
            places[node.name] = range(begin, node.end_lineno or node.lineno)
    definitions = {name: "\n".join(lines[k] for k in place) for name, place in places.items()}
    taken = {k for place in places.values() for k in place}
    return definitions, "\n".join(line for k, line in enumerate(lines) if k not in taken).strip()


def _code(text: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": "code", "metadata": {}, "outputs": [], "source": text}
    return {**cell, "execution_count": None, "id": "the-rest"}
