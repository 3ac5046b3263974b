"""One submission in a folder, as other systems hand it to their autograder: graded, or why there was nothing to grade.

What the student did (nothing there, two modules, a file that can't be read) ends in a record with no points and a
sentence for the student. What the machine or the kit did ends in NotGraded, and is no zero.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.classroom.conditions import GradingConditions
from grader.classroom.grade import grade_class
from grader.course import Course, Unit
from grader.intake.discovery.discover import discover
from grader.intake.discovery.findings import shown
from grader.intake.submission.submission import Submission
from grader.outputs.report.manual_points import Placed, with_manual
from grader.outputs.report.rubrics import read_rubrics
from grader.records.graded_class import Record, ReportError, read_record


class NotGraded(Exception):
    """The submission could not be graded, and not by its own doing. The text says why."""


def grade_handed_in(
    course: Course, unit: Unit, folder: Path, student: str, *, late: bool = False, tier: str, secret: bytes
) -> tuple[Record, list[str]]:
    """The record of what lies in `folder`, all of it `student`'s, and notes for the student. Raises NotGraded."""
    if not folder.is_dir():
        raise NotGraded(f"there is no folder {folder} with a submission")
    with tempfile.TemporaryDirectory(prefix="grader-handed-in-") as scratch:
        found = discover(
            folder,
            {u.name: u.module for u in course.units.values()},
            only_unit=None if unit.joins else unit.name,
            student=student,
            workdir=Path(scratch) / "unpacked",
        )
        notes = [shown(p.text) for p in found.findings if p.kind != "late"]
        wanted = [replace(s, late=late) for s in found.submissions if s.unit == unit.name]
        joined = [s for s in found.submissions if s.unit in unit.joins]
        conditions = GradingConditions(course, tier, secret)
        if wanted:
            return _to_be_read(unit, _graded(conditions, wanted[0], joined)), notes
        empty = Path(scratch) / "empty" / f"{unit.module}.py"
        empty.parent.mkdir()
        empty.write_text("# nothing was handed in\n")
        nothing = Submission(student, unit.name, empty, (empty,), late)
        raw = _graded(conditions, nothing, joined)
        why = f"There was nothing to grade: hand in {unit.module}.py."
        return _to_be_read(unit, _without_points(raw, why)), [why, *notes]


def _to_be_read(unit: Unit, raw: dict[str, Any]) -> Record:
    """The record, with the answers that a person has still to grade."""
    try:
        return with_manual(read_record(raw), read_rubrics([unit.tests]), Placed())
    except ReportError as error:
        raise NotGraded(str(error)) from None


def _graded(
    conditions: GradingConditions, submission: Submission, joined: list[Submission]
) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="grader-out-") as out:
        run = grade_class(conditions, [submission], Path(out), dependencies=joined)
    (record,) = run.records
    if record["status"] != "graded":
        stumbled = (t["message"] for t in record["tests"] if t["outcome"] == "not_run")
        raise NotGraded(record.get("fault") or next(stumbled, "") or "a test could not be run")
    return record


def _without_points(record: Mapping[str, Any], why: str) -> dict[str, Any]:
    """The record of an empty module, for what was not handed in: nothing in it has passed."""
    nothing = {"earned": 0, "outcome": "not_implemented", "message": why, "counterexample": "", "where": ""}
    tests = [t if t["outcome"] == "skipped" else {**t, **nothing} for t in record["tests"]]
    score = {band: {**points, "earned": 0} for band, points in record["score"].items()}
    submission = {**record["submission"], "files": []}
    return {**record, "tests": tests, "score": score, "submission": submission}
