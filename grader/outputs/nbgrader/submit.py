"""Put work that was not handed in through nbgrader where nbgrader looks for it: submitted/STUDENT/UNIT.

A notebook is copied. A module becomes the students' notebook, with its definitions in their cells and the rest of it in
a cell above. That is for a person to read: the points come from the record.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode, v4

from grader.course import Course
from grader.files import write_bytes_atomically
from grader.intake.apart.client import apart
from grader.intake.submission.errors import SubmissionError
from grader.intake.submission.reading import errors_of, is_notebook, read_bytes
from grader.intake.submission.submission import Submission
from grader.plain_files import read_plain


def submit(
    submissions: Iterable[Submission],
    course: Course,
    folder: Path,
    tell: Callable[[str], None] = lambda text: None,
) -> list[Path]:
    """Write a notebook into the nbgrader course `folder` for each submission without one there. Return the new files.

    A notebook that lies there already stays as it is. A unit that was not released there is skipped, and so is a
    submission that can't be read any more: tell(text) says so.
    """
    written = []
    for submission in submissions:
        module = course.units[submission.unit].module
        target = folder / "submitted" / submission.student / submission.unit / f"{module}.ipynb"
        release = folder / "release" / submission.unit / f"{module}.ipynb"
        if target.exists() or not release.exists():
            continue
        try:
            with errors_of(submission.module):
                data = _as_notebook(submission.module, release)
        except SubmissionError as error:
            tell(f"{submission.student}, {submission.unit}: {error}")
            continue
        write_bytes_atomically(target, data)
        written.append(target)
    return written


def _as_notebook(module: Path, release: Path) -> bytes:
    if is_notebook(module):
        return read_plain(module)
    notebook = nbformat.read(release, as_version=4)
    fill_in(notebook, read_bytes(module).decode("utf-8", "replace"), module.name)
    return nbformat.writes(notebook, split_lines=False).encode("utf-8", "replace")


def fill_in(notebook: NotebookNode, text: str, name: str) -> None:
    """Fill the students' notebook with what the text of a module defines. Text that is not Python becomes one cell."""
    solutions = [about["grade_id"] for c in notebook.cells if (about := _about(c)).get("solution")]
    definitions, rest = apart(_parts, text, set(solutions))
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
    text = text.replace("\r\n", "\n").replace("\r", "\n")  # as Python counts lines
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
