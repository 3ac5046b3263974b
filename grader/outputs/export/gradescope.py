"""Gradescope's results.json, of one submission.

Public tests are shown to the student when the instructor says so. Hidden tests have no points of their own and are
`hidden`, which Gradescope shows to instructors alone; their examples and messages are not even written.
Bonus tests are out of 0 points, Gradescope's way of extra credit: the score may exceed the total by them.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from grader.outputs.export.grades import as_number, earned, require_graded
from grader.outputs.export.overwriting import ExportError
from grader.outputs.export.student_text import manual_text, result_text, summary_text
from grader.outputs.report.feedback import Feedback, feedback_on
from grader.records.graded_class import ManualGrade, ReportedRecord
from grader.records.outcomes import Outcome
from grader.records.record import TestResult, as_plain

VISIBILITIES = ("visible", "after_due_date", "after_published")


def gradescope_results(
    record: ReportedRecord,
    *,
    visibility: str = "visible",
    bonus: bool = True,
    seconds: float | None = None,
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the content of results.json.

    visibility: when students see the public tests, one of VISIBILITIES
    notes:      sentences for the student about the files, such as one that was not used
    """
    if visibility not in VISIBILITIES:
        raise ExportError(f"--visibility is one of {', '.join(VISIBILITIES)}, not {visibility}")
    require_graded(record)
    feedback = feedback_on(record)
    rows = [
        _row(n, test, feedback, visibility, bonus)
        for n, test in enumerate(sorted(record.tests, key=lambda t: t.hidden), 1)
    ]
    rows += [_row_by_hand(n, m, visibility, bonus) for n, m in enumerate(record.manual, len(rows) + 1)]
    score = earned(record, bonus=bonus)
    results = {
        "score": as_number(score),
        "output": "\n".join([summary_text(feedback), *notes]),
        "output_format": "text",
        "test_output_format": "text",
        "visibility": visibility,
        "stdout_visibility": "hidden",
        "extra_data": _circumstances(record),
        "tests": rows,
    }
    if sum(Fraction(str(row["score"])) for row in rows) != score:
        raise ExportError("the tests' scores do not add up to the score: the record was changed by hand")
    return results | ({} if seconds is None else {"execution_time": round(seconds, 1)})


def _row(number: int, test: TestResult, feedback: Feedback, visibility: str, bonus: bool) -> dict[str, Any]:
    extra = test.band == "stretch"
    row: dict[str, Any] = {
        "name": f"{test.function}: {test.title}",
        "number": str(number),
        "score": 0 if extra and not bonus else test.earned,
        "max_score": 0 if extra or test.outcome is Outcome.SKIPPED else test.points,
        "output": result_text(test, feedback),
        "output_format": "text",
        "tags": [test.function, test.band, *(["hidden"] if test.hidden else [])],
        "visibility": "hidden" if test.hidden else visibility,
        "extra_data": {"id": test.id, "outcome": test.outcome, "bonus": extra},
    }
    if test.outcome is not Outcome.SKIPPED:
        full = test.passed and test.earned == test.points
        row["status"] = "passed" if full else "failed"
    return row


def _row_by_hand(number: int, grade: ManualGrade, visibility: str, bonus: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "name": f"{grade.name}: {grade.question}",
        "number": str(number),
        "score": 0 if grade.bonus and not bonus else as_number(grade.points or 0),
        "max_score": 0 if grade.bonus else grade.possible,
        "output": manual_text(grade),
        "output_format": "text",
        "tags": [grade.name, "by hand"],
        "visibility": visibility,
        "extra_data": {"graded": not grade.waits, "bonus": grade.bonus},
    }
    return row if grade.waits else row | {"status": "passed" if grade.points == grade.possible else "failed"}


def _circumstances(record: ReportedRecord) -> dict[str, Any]:
    return {
        "student": record.student,
        "unit": record.unit,
        "late": record.late,
        "suite_sha256": record.suite_sha256,
        "seed_id": record.seed_id,
        "tier": record.tier,
        "started": record.started,
        "versions": dict(record.versions),
        "score": as_plain(record.score),
    }
