"""Work that was not handed in through nbgrader, put where nbgrader looks for it: submitted/STUDENT/UNIT.

A notebook is copied. A module becomes the notebook that students get, with its definitions in their cells and the
rest of it in a cell above: for a person to read, the points come from the record.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from grader.course import Course
from grader.course.submissions import Submission, is_notebook

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
    definitions, rest = _parts(text)
    cells: list[dict[str, Any]] = []
    first = True
    for cell in notebook["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("solution") and first:
            first = False
            cells.append(_code(f"# The rest of {name}\n{rest}"))
        if about.get("solution") and about.get("grade_id") in definitions:
            cell = {**cell, "source": definitions[about["grade_id"]]}
        cells.append(cell)
    return {**notebook, "cells": cells}


def _parts(text: str) -> tuple[dict[str, str], str]:
    """(name → the last definition of it at the top level, what is left of the text)"""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}, text
    lines = text.split("\n")
    definitions = {}
    left = set(range(len(lines)))
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            begin = min([node.lineno, *(d.lineno for d in node.decorator_list)]) - 1
            end = node.end_lineno or node.lineno
            definitions[node.name] = "\n".join(lines[begin:end])
            left -= set(range(begin, end))
    return definitions, "\n".join(lines[k] for k in sorted(left)).strip()


def _code(text: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": "code", "metadata": {}, "outputs": [], "source": text}
    return {**cell, "execution_count": None, "id": "the-rest"}
