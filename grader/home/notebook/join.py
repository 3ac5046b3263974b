"""join: make the student's own work for other units importable in a notebook, from its modules or its notebooks."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

from grader.course import CourseError, Unit
from grader.home.notebook.course_here import ShortError, course_here, running_in
from grader.intake.submission.choice import importable, own_file
from grader.intake.submission.errors import SubmissionError

_JOINED: dict[str, list[str]] = {}  # unit → folders that were put on sys.path for it


def join(*units: str) -> None:
    """See grader.join."""
    try:
        course = course_here()
        chosen = [course.unit(name) for name in units]
    except CourseError as error:
        raise ShortError(f"join: {error}") from None
    for unit in chosen:
        _forget(_JOINED.pop(unit.name, []))
        print(_join(unit))
    importlib.invalidate_caches()


def _join(unit: Unit) -> str:
    """Put the unit's module on the path. Return the line that the student sees about it."""
    file = _own_file(unit)
    if file is None:
        place = f"../{unit.name}/{unit.module}"
        return f"{unit.module}: not found; it belongs in {place}.py or {place}.ipynb"
    try:
        module, helpers = importable(file, unit.module, unit.functions)
    except SubmissionError as error:
        return f"{unit.module}: not joined. {error}"
    _JOINED[unit.name] = folders = [str(folder) for folder in (module.parent, *helpers)]
    sys.path[:0] = folders
    return f"{unit.module}: {os.path.relpath(file)}"


def _own_file(unit: Unit) -> Path | None:
    """Return the unit's file in the folder beside this one or, where nbgrader grades, in the student's submission."""
    beside = Path.cwd().parent
    places = [beside]
    if running_in() == "autograde":
        places.insert(0, beside.parent.parent / "submitted" / beside.name)
    files = (own_file(place / unit.name / f"{unit.module}.py") for place in places)
    return next((file for file in files if file.exists()), None)


def _forget(folders: list[str]) -> None:
    """Take the folders off sys.path, and forget their modules, so that they are imported anew with later edits."""
    sys.path[:] = [entry for entry in sys.path if entry not in folders]
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and str(Path(file).parent) in folders:
            del sys.modules[name]
