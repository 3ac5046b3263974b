"""Put work that was not handed in through nbgrader where nbgrader looks for it: submitted/STUDENT/UNIT.

A notebook is copied. A module becomes the students' notebook, with its definitions in their cells and the rest of it in
a cell above. That is for a person to read: the points come from the record.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode, v4

from grader.course import Course
from grader.intake.submission.reading import is_notebook
from grader.intake.submission.submission import Submission
from grader.plain_files import read_plain


def submit(submissions: Iterable[Submission], course: Course, folder: Path) -> list[Path]:
    """Write a notebook into the nbgrader course `folder` for each submission without one there. Return the new files.

    A notebook that lies there already stays as it is. A unit that was not released there is skipped.
    """
    written = []
    for submission in submissions:
        module = course.units[submission.unit].module
        target = folder / "submitted" / submission.student / submission.unit / f"{module}.ipynb"
        release = folder / "release" / submission.unit / f"{module}.ipynb"
        if target.exists() or not release.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        data = read_plain(submission.module)
        if not is_notebook(submission.module):
            notebook = nbformat.read(release, as_version=4)
            fill_in(notebook, data.decode("utf-8", "replace"), submission.module.name)
            data = nbformat.writes(notebook, split_lines=False).encode("utf-8", "replace")
        target.write_bytes(data)
        written.append(target)
    return written


def fill_in(notebook: NotebookNode, text: str, name: str) -> None:
    """Fill the students' notebook with what the text of a module defines. Text that is not Python becomes one cell."""
    solutions = [about["grade_id"] for c in notebook.cells if (about := _about(c)).get("solution")]
    definitions, rest = _parts(text, set(solutions))
    cells = []
    for cell in notebook.cells:
        cell_id = str(_about(cell).get("grade_id", ""))
        if solutions and cell_id == solutions[0]:
            cells.append(v4.new_code_cell(f"# The rest of {name}\n{rest}", id="the-rest"))
        cell.source = definitions.get(cell_id, cell.source)
        cells.append(cell)
    notebook.cells = cells


def _about(cell: NotebookNode) -> Mapping[str, Any]:
    return dict(cell.metadata.get("nbgrader", {}))


def _parts(text: str, wanted: Collection[str]) -> tuple[dict[str, str], str]:
    """Return the last top-level definition of each wanted name, and what is left of the text."""
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
