"""Rubrics: the criteria by which a person grades answers in free words, and their points.

The course has them in tests/UNIT/rubrics.toml. A graded class keeps those of its units in rubrics.json, so that its
pages and all exports count out of the same points, wherever they are run.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.files import as_json, write_atomically
from grader.plain_files import read_plain_text
from grader.records.graded_class import ReportError

NOTED = "rubrics.json"
WORKSHEET = "worksheet.csv"


@dataclass(frozen=True)
class Criterion:
    """One thing to look for. earns: an answer that meets it; not_yet: one that comes near and does not."""

    text: str
    points: int
    earns: str = ""
    not_yet: str = ""


@dataclass(frozen=True)
class Rubric:
    """The criteria for answers to one question. name: of the function that returns the text."""

    unit: str
    name: str
    question: str
    points: int
    criteria: tuple[Criterion, ...]


def read_rubrics(folders: Iterable[Path]) -> list[Rubric]:
    """Return the rubrics in the rubrics.toml of units' folders of tests. Raise ReportError, naming the file."""
    return [r for folder in folders for r in _parsed(folder.name, _tables(folder), folder / "rubrics.toml")]


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
        write_atomically(folder / NOTED, as_json(kept))


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
        return dict(json.loads(read_plain_text(file))) if file.exists() else {}
    except (OSError, ValueError, TypeError) as error:
        raise ReportError(f"{file} can't be read ({error}): delete it, and run `grader report`") from error


def _tables(folder: Path) -> dict[str, Any]:
    file = folder / "rubrics.toml"
    try:
        return tomllib.loads(read_plain_text(file)) if file.exists() else {}
    except (OSError, ValueError) as error:
        raise ReportError(f"{file}: {error}") from error


def _parsed(unit: str, tables: Mapping[str, Any], file: Path) -> Iterator[Rubric]:
    try:
        for name, table in tables.items():
            criteria = tuple(Criterion(**c) for c in table["criteria"])
            points = table["points"]
            if sum(c.points for c in criteria) != points:
                raise ValueError(f"{name}: the points of its criteria don't add up to {points}")
            if not isinstance(points, int):
                raise ValueError(f"{name}: points is a whole number, not {points}")
            yield Rubric(unit, name, table["question"], points, criteria)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ReportError(f"{file}: {error}") from error
