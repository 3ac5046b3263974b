"""The worksheet of the person who grades answers in free words: each answer beside what to look for in it.

A page to read, and a CSV file to write points and comments into. What was written there is kept when the class is
graded again; where an answer has changed since, the old points are in the comment, and the field is empty once more.
"""

from __future__ import annotations

import csv
import hashlib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path

from grader.report.cells import cell
from grader.report.records import Class, ReportError

_COLUMNS = ("student", "unit", "question", "points", "out_of", "comment", "answer")


@dataclass(frozen=True)
class Criterion:
    """One thing to look for. earns: an answer that has it; not_yet: one that comes near and has not."""

    text: str
    points: int
    earns: str = ""
    not_yet: str = ""


@dataclass(frozen=True)
class Rubric:
    """What is looked for in the answers to one question. name: of the function that returns the text."""

    unit: str
    name: str
    question: str
    points: int
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True)
class Answer:
    """One student's text."""

    student: str
    folder: str
    text: str
    like: tuple[str, ...] = ()  # students who have handed in the very same text

    @property
    def id(self) -> str:
        """Tells whether the text is the one that points were given for."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def read_rubrics(folders: Iterable[Path]) -> list[Rubric]:
    """The rubrics of units, from the rubrics.toml of those that have one. Raises ReportError, naming the file."""
    return [r for folder in folders if (folder / "rubrics.toml").exists() for r in _rubrics(folder)]


def _rubrics(folder: Path) -> Iterable[Rubric]:
    file = folder / "rubrics.toml"
    try:
        for name, table in tomllib.loads(file.read_text(encoding="utf-8")).items():
            criteria = tuple(Criterion(**c) for c in table["criteria"])
            if sum(c.points for c in criteria) != table["points"]:
                raise ValueError(f"{name}: the points of its criteria don't add up to {table['points']}")
            yield Rubric(folder.name, name, table["question"], table["points"], criteria)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise ReportError(f"{file}: {error}") from error


def answers_to(rubric: Rubric, room: Class) -> list[Answer]:
    """What the class has written, in the order of names. Who has written nothing is not in it."""
    found = []
    for student in room.students:
        record = student.records.get(rubric.unit)
        texts = [t.answers[rubric.name] for t in record.tests if rubric.name in t.answers] if record else []
        found += [Answer(student.name, student.folder, text) for text in texts[:1]]
    return [
        replace(a, like=tuple(b.student for b in found if b.id == a.id and b.folder != a.folder))
        for a in found
    ]


def merged(file: Path, sheet: Iterable[tuple[Rubric, list[Answer]]]) -> str:
    """The text of the CSV file: a row for each answer, with what `file` holds already.

    Raises ReportError when the file can't be read: what somebody wrote is never thrown away.
    """
    before = _read(file)
    out = StringIO()
    writer = csv.DictWriter(out, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    for rubric, answers in sheet:
        for answer in answers:
            row = {"student": answer.student, "unit": rubric.unit, "question": rubric.name}
            old = before.pop(_key(row), {})
            points, comment = old.get("points", ""), old.get("comment", "")
            if points and old.get("answer") != answer.id:
                points, comment = "", f"{points} points for an earlier answer. {comment}".strip()
            row |= {"points": points, "out_of": str(rubric.points), "comment": comment, "answer": answer.id}
            writer.writerow({k: cell(v) for k, v in row.items()})
    for row in before.values():  # of students whose records are no more here
        writer.writerow({k: row.get(k) or "" for k in _COLUMNS})
    return out.getvalue()


def _read(file: Path) -> dict[tuple[str, str, str], dict[str, str]]:
    if not file.exists():
        return {}
    try:
        rows = list(csv.DictReader(StringIO(file.read_text(encoding="utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ReportError(
            f"{file} can't be read ({error}): save it as CSV in UTF-8, or move it away"
        ) from error
    if rows and not set(_COLUMNS) <= set(rows[0]):
        missing = ", ".join(sorted(set(_COLUMNS) - set(rows[0])))
        raise ReportError(f"{file} has no column {missing}: put it back, or move the file away")
    return {_key(row): row for row in rows}


def _key(row: dict[str, str]) -> tuple[str, str, str]:
    return cell(row["student"]), row["unit"], row["question"]
