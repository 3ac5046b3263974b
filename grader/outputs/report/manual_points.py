"""Points by hand, joined to the records of a class: pages and exports get them here, and so have the same totals.

The records keep what the tests found. Each answer of a rubric's function is graded in the row of the worksheet that has
its student, unit and question. A row that can't be counted becomes a finding about the class, with its row and column;
nothing is guessed, and nothing is changed in the file.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

import msgspec

from grader.outputs.report.rubrics import WORKSHEET, Rubric, noted_rubrics
from grader.outputs.report.worksheet_file import Row, Sheet, points_in, read_sheet
from grader.records.graded_class import (
    Finding,
    GradedClass,
    ManualGrade,
    ReportedRecord,
    StudentRecords,
    read_class,
)
from grader.spreadsheet import figures

WRONG, STRAY, OUTDATED = "worksheet", "worksheet_row", "worksheet_changed"  # kinds of findings

Key = tuple[str, str, str]  # student, unit, question

# The note in `worksheet.csv` beside points for an earlier answer; `id` is the present answer.
_CHANGED = "{points} points are for an earlier answer than {id}: read it, then change them, or empty the cell `answer`"
_NOTED = re.compile(r"(?P<points>.*) points are for an earlier answer than (?P<id>\w+): .*", re.DOTALL)


@dataclass(frozen=True)
class PlacedRows:
    """The rows of a worksheet: by what they grade, and the stray ones that grade nothing, with the reason."""

    rows: Mapping[Key, list[Row]] = field(default_factory=dict)
    stray: Sequence[tuple[Row, str]] = ()


def read_graded(folder: Path) -> GradedClass:
    """Read the class that `grader grade --out folder` left, with the points that a person gave.

    Raise ReportError when there is no class, or when its worksheet or rubrics can't be read.
    """
    return with_worksheet(read_class(folder), noted_rubrics(folder), read_sheet(folder / WORKSHEET))


def with_worksheet(graded: GradedClass, rubrics: Sequence[Rubric], sheet: Sheet) -> GradedClass:
    """Return the class with manual grades in its records, and with the worksheet's mistakes among its findings."""
    placed = place(sheet, graded, rubrics)
    findings = [Finding(STRAY, row["student"], WORKSHEET, why) for row, why in placed.stray if row.written]
    students = []
    for student in graded.students:
        records = {unit: with_manual(record, rubrics, placed) for unit, record in student.records.items()}
        students.append(replace(student, records=records))
        for record in records.values():
            for grade in record.manual:
                if grade.wrong:
                    findings.append(Finding(WRONG, student.name, WORKSHEET, grade.wrong))
                elif grade.outdated:
                    points = f"{figures(grade.points or 0)} of {grade.possible} points"
                    text = f"{record.unit}, {grade.name}: {points}"
                    findings.append(Finding(OUTDATED, student.name, "", text))
    return replace(graded, students=students, findings=[*graded.findings, *findings])


def place(sheet: Sheet, graded: GradedClass, rubrics: Iterable[Rubric]) -> PlacedRows:
    """Find the record and question that each row grades."""
    questions = defaultdict(set)
    for rubric in rubrics:
        questions[rubric.unit].add(rubric.name)
    names = {
        unit: _names(s for s in graded.students if unit in {*s.records, *s.broken}) for unit in questions
    }
    rows = defaultdict(list)
    stray = []
    for row in sheet.rows:
        if row.blank:
            continue
        unit, question = row["unit"], row["question"]
        student = names.get(unit, {}).get(row["student"]) or names.get(unit, {}).get(_loose(row["student"]))
        if unit not in questions:
            stray.append((row, f"{_at(row, 'unit')}: there are no rubrics for a unit {unit!r}"))
        elif question not in questions[unit]:
            stray.append((row, f"{_at(row, 'question')}: there is no rubric for {question!r} in {unit}"))
        elif not student:
            why = f"there is no record of {unit} by {row['student']!r}"
            stray.append((row, f"{_at(row, 'student')}: {why}"))
        else:
            rows[student, unit, question].append(row)
    return PlacedRows(rows, stray)


def with_manual(record: ReportedRecord, rubrics: Iterable[Rubric], placed: PlacedRows) -> ReportedRecord:
    """Return the record with a manual grade for each rubric of its unit."""
    manual = [
        _graded(record, r, placed.rows.get((record.student, r.unit, r.name), []))
        for r in rubrics
        if r.unit == record.unit
    ]
    return msgspec.structs.replace(record, manual=tuple(manual))


def answer_to(rubric: Rubric, record: ReportedRecord) -> str:
    """Return the student's answer, "" for none."""
    texts = (t.answers[rubric.name] for t in record.tests if rubric.name in t.answers)
    return next((text for text in texts if text.strip()), "")


def answer_id(text: str) -> str:
    """Return a short name of an answer's text, which no spreadsheet takes for a number."""
    return f"x{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def updated(row: Row, rubric: Rubric, text: str) -> dict[str, str]:
    """Return the cells `out_of`, `answer` and `changed` of a row whose answer is `text`. Points stay as they are."""
    current = answer_id(text)
    note = row.cells.get("changed", "")
    cells = {"out_of": str(rubric.points), "answer": current}
    if row["points"] and _is_outdated(row, text):
        text = _CHANGED.format(points=row["points"], id=current)
        kept = row.cells.get("answer", "") or "earlier"
        return cells | {
            "answer": kept,
            "changed": text if not note or _NOTED.fullmatch(row["changed"]) else note,
        }
    return cells | ({"changed": ""} if _NOTED.fullmatch(row["changed"]) else {})


def _graded(record: ReportedRecord, rubric: Rubric, rows: Sequence[Row]) -> ManualGrade:
    text = answer_to(rubric, record)
    tests = [t for t in record.tests if t.function == rubric.name]
    empty = ManualGrade(
        name=rubric.name,
        question=rubric.question,
        possible=rubric.points,
        bonus=bool(tests) and all(t.band == "stretch" for t in tests),
        answered=bool(text),
    )
    comments = dict.fromkeys(row["comment"] for row in rows if row["comment"])
    grade = replace(empty, comment="\n".join(comments))
    found: dict[Fraction, Row] = {}
    for row in rows:
        if row.beyond:  # an empty cell, too: the others have moved
            why = "it has more cells than there are columns: put quotes round text with a comma"
            return replace(grade, wrong=f"row {row.number}: {why}")
        try:
            points = points_in(row["points"], rubric.points)
        except ValueError as error:
            return replace(grade, wrong=f"{_at(row, 'points')}: {error}")
        if points is not None:
            found.setdefault(points, row)
    if len(found) > 1:
        where = " and ".join(str(row.number) for row in found.values())
        return replace(
            grade, wrong=f"rows {where} give different points for {rubric.name}: delete one of them"
        )
    for points, row in found.items():
        outdated = record.graded and _is_outdated(row, text)
        grade = replace(grade, points=points, outdated=outdated)
    return grade


def _is_outdated(row: Row, text: str) -> bool:
    """Tell whether the row's points are for another answer than `text`.

    After such a note, points that differ from those in the note, or an empty cell `answer`, mean that the person has
    read the answer that the note names.
    """
    graded = row["answer"]
    note = _NOTED.fullmatch(row["changed"])
    if note and (not graded or _figures(note["points"]) != _figures(row["points"])):
        graded = note["id"]
    # ids of earlier versions of this kit had no letter in front
    return graded not in ("", answer_id(text), answer_id(text)[1:])


def _figures(text: str) -> str:
    return text.removeprefix("'").strip().replace(",", ".")


def _names(students: Iterable[StudentRecords]) -> dict[str, str]:
    """Return spelling in a row → student's name. A loose spelling that fits several students names nobody."""
    names = [s.name for s in students]
    loose = defaultdict(list)
    for name in names:
        loose[_loose(name)].append(name)
    return {key: same[0] for key, same in loose.items() if len(same) == 1} | {n: n for n in names}


def _loose(name: str) -> str:
    """Return a name as spreadsheets leave it: 007 becomes 7, and accents may be written in two ways."""
    folded = unicodedata.normalize("NFC", name.strip().removeprefix("'").strip()).casefold()
    return folded.lstrip("0") or folded


def _at(row: Row, column: str) -> str:
    return f"row {row.number}, column {column}"
