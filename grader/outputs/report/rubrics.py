"""Rubrics: the criteria by which a person grades answers in free words, and their points.

The course has them in tests/UNIT/rubrics.toml. A graded class keeps those of its units in rubrics.json, so that its
pages and all exports count out of the same points, wherever they are run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.course import CourseError
from grader.course.rubrics import FILE, Criterion, convert_rubrics
from grader.course.schema import read_toml
from grader.encodable import readable_json
from grader.files import as_json, write_atomically
from grader.plain_files import read_plain_text
from grader.records.graded_class import ReportError

NOTED = "rubrics.json"
WORKSHEET = "worksheet.csv"


@dataclass(frozen=True)
class Rubric:
    """The criteria for answers to one question. name: of the function that returns the text."""

    unit: str
    name: str
    question: str
    points: int
    criteria: tuple[Criterion, ...]


def read_rubrics(folders: Iterable[Path]) -> list[Rubric]:
    """The rubrics of units, from the rubrics.toml of those that have one. Raises ReportError, naming the file."""
    return [r for folder in folders for r in _parsed(folder.name, _tables(folder), folder / FILE)]


def note_rubrics(folder: Path, units: Mapping[str, Path]) -> None:
    """Keep the course's rubrics in the graded class's `folder`. Raise ReportError, naming the file.

    units: unit → its folder of tests; rubrics of other units stay as they are kept
    """
    noted = _noted(folder)
    graded = {file.stem for file in folder.glob("records/*/*.json")}
    kept = {unit: tables for unit, tables in noted.items() if unit not in units}
    for unit in sorted(graded & set(units)):
        read_rubrics([units[unit]])
        if tables := _tables(units[unit]):
            kept[unit] = tables
    if kept != noted or ((folder / WORKSHEET).exists() and not (folder / NOTED).exists()):
        write_atomically(folder / NOTED, as_json(kept), private=True)


def noted_rubrics(folder: Path) -> list[Rubric]:
    """Return the rubrics that a graded class keeps. Raise ReportError when there are points by hand without them."""
    if (folder / WORKSHEET).exists() and not (folder / NOTED).exists():
        raise ReportError(
            f"{folder / WORKSHEET} can't be counted without {NOTED} beside it: "
            f"run `grader report {folder}` in the folder of the course, which writes it"
        )
    return [
        r for unit, tables in sorted(_noted(folder).items()) for r in _parsed(unit, tables, folder / NOTED)
    ]


def _noted(folder: Path) -> dict[str, Any]:
    file = folder / NOTED
    try:
        noted = readable_json(read_plain_text(file)) if file.exists() else {}
        if not isinstance(noted, dict) or not all(isinstance(tables, dict) for tables in noted.values()):
            raise ValueError("it doesn't hold a JSON object of objects")
        return noted
    except (OSError, ValueError) as error:
        raise ReportError(f"{file} can't be read ({error}): delete it, and run `grader report`") from error


def _tables(folder: Path) -> dict[str, Any]:
    file = folder / FILE
    try:
        return read_toml(file) if file.exists() else {}
    except CourseError as error:
        raise ReportError(str(error)) from None


def _parsed(unit: str, tables: Mapping[str, Any], file: Path) -> list[Rubric]:
    try:
        questions = convert_rubrics(tables, file)
    except CourseError as error:
        raise ReportError(str(error)) from None
    return [Rubric(unit, name, q.question, q.points, q.criteria) for name, q in questions.items()]
