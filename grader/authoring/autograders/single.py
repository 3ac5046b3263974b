"""One submission in a folder, as other systems give it to their autograder: graded, or why nothing could be.

A mistake of the student's (nothing there, two modules, a file that can't be read) ends in a record without points and a
sentence for the student. A fault of the machine or the kit ends in NotGraded: no score is recorded.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from grader.classroom.conditions import GradingConditions
from grader.classroom.grade import grade_class
from grader.course import Course, Unit
from grader.encodable import shown
from grader.intake.discovery.discover import discover
from grader.intake.submission.submission import Submission
from grader.outputs.report.manual_points import PlacedRows, with_manual
from grader.outputs.report.rubrics import read_rubrics
from grader.records.graded_class import ReportedRecord, ReportError, reported
from grader.records.making import without_points
from grader.records.outcomes import Outcome
from grader.records.record import Record
from grader.temporary import temporary_folder


class NotGraded(Exception):
    """The submission could not be graded, through no fault of the student's. The text says why."""


def grade_single(
    course: Course, unit: Unit, folder: Path, student: str, *, late: bool = False, tier: str, secret: bytes
) -> tuple[ReportedRecord, list[str]]:
    """Grade the files in `folder`, all of them `student`'s; return the record, and notes for the student.

    Raise NotGraded.
    """
    if not folder.is_dir():
        raise NotGraded(f"there is no folder {folder} with a submission")
    with temporary_folder("grader-single-") as scratch:
        found = discover(
            folder,
            {u.name: u.module for u in course.units.values()},
            only_unit=None if unit.depends_on else unit.name,
            student=student,
            workdir=scratch / "unpacked",
        )
        notes = [shown(p.text) for p in found.findings if p.kind != "late"]
        wanted = [replace(s, late=late) for s in found.submissions if s.unit == unit.name]
        joined = [s for s in found.submissions if s.unit in unit.depends_on]
        conditions = GradingConditions(course, tier, secret)
        if wanted:
            return _with_questions(unit, _graded(conditions, wanted[0], joined)), notes
        empty = scratch / "empty" / f"{unit.module}.py"
        empty.parent.mkdir()
        empty.write_text("# nothing was handed in\n")
        nothing = Submission(student, unit.name, empty, (empty,), late)
        why = f"There was nothing to grade: hand in {unit.module}.py."
        record = without_points(_graded(conditions, nothing, joined), why)
        return _with_questions(unit, record), [why, *notes]


def _with_questions(unit: Unit, record: Record) -> ReportedRecord:
    """Return the record with the answers that a person has still to grade."""
    try:
        return with_manual(reported(record), read_rubrics([unit.tests]), PlacedRows())
    except ReportError as error:
        raise NotGraded(str(error)) from None


def _graded(conditions: GradingConditions, submission: Submission, joined: list[Submission]) -> Record:
    with temporary_folder("grader-out-") as folder:
        run = grade_class(conditions, [submission], folder / "out", dependencies=joined)
    (record,) = run.records
    if not record.graded:
        not_run = (t.message for t in record.tests if t.outcome is Outcome.NOT_RUN)
        raise NotGraded(record.fault or next(not_run, "") or "a test could not be run")
    return record
