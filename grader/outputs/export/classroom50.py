"""Classroom 50's result.json, of one submission.

Its scores are whole numbers, and a score above its maximum is refused there, so the bonus has no place in `score`:
bonus tests are out of 0 points and have their points in `bonus`. Hidden tests are left out, for the result is
published where the student reads it. Units have whole points. Out of another maximum, a score is rounded, but never up
to full marks nor down to zero, and the tests keep the unit's own points. A score with half points, which a person may
give, is rounded likewise.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from grader.outputs.export.grades import require_graded, rounded
from grader.outputs.export.overwriting import ExportError
from grader.outputs.export.student_text import manual_text, result_text
from grader.outputs.report.feedback import Feedback, feedback_on
from grader.records.graded_class import ManualGrade, ReportedRecord
from grader.records.outcomes import Outcome
from grader.records.record import TestResult

SCHEMA = "classroom50/result/v1"
_FROM_THE_RUNNER = {
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
}


def classroom50_result(
    record: ReportedRecord, environment: Mapping[str, str], *, out_of: int | None = None
) -> dict[str, Any]:
    """Return the content of result.json, for the submission that the runner's `environment` names.

    out_of: the maximum; by default the unit's own points

    Raise ExportError for a record that was not run, and without the runner's variables.
    """
    require_graded(record)
    if missing := [v for v in _FROM_THE_RUNNER.values() if not environment.get(v)]:
        raise ExportError(
            f"the variables of Classroom 50's runner say which submission this is; not set: "
            f"{', '.join(missing)}"
        )
    maximum = record.total.possible if out_of is None else out_of
    about = {key: environment[variable] for key, variable in _FROM_THE_RUNNER.items()}
    feedback = feedback_on(record)
    started = _utc(record.started)
    who = environment.get("OWNER") or environment.get("USERNAME") or record.student
    return {
        "schema": SCHEMA,
        **about,
        "assignment_type": environment.get("ASSIGNMENT_TYPE") or "individual",
        "owner": who,
        "review": environment.get("REVIEW_URL") or about["commit"],
        "datetime": started,
        "graded_at": started,
        "score": int(rounded(record.total, out_of=maximum)),
        "max-score": maximum,
        "tests": [
            *(_row(t, feedback) for t in record.tests if not t.hidden and t.outcome is not Outcome.SKIPPED),
            *(_row_by_hand(m) for m in record.manual),
        ],
    }


def _row(test: TestResult, feedback: Feedback) -> dict[str, Any]:
    extra = test.band == "stretch"
    row: dict[str, Any] = {
        "test-name": f"{test.function}: {test.title}",
        "passed": test.passed and test.earned == test.points,
        "score": 0 if extra else test.earned,
        "max-score": 0 if extra else test.points,
        "output": result_text(test, feedback),
    }
    return row | ({"bonus": test.earned} if extra else {})


def _row_by_hand(grade: ManualGrade) -> dict[str, Any]:
    """Return the row with half points cut off: the score rounds them, the text has them as they are."""
    row: dict[str, Any] = {
        "test-name": f"{grade.name}: {grade.question}",
        "passed": grade.points == grade.possible,
        "score": 0 if grade.bonus else int(grade.points or 0),
        "max-score": 0 if grade.bonus else grade.possible,
        "output": manual_text(grade),
    }
    return row | ({"bonus": int(grade.points or 0)} if grade.bonus else {})


def _utc(when: str) -> str:
    try:
        moment = datetime.datetime.fromisoformat(when).astimezone(datetime.UTC)
    except ValueError:
        raise ExportError(f"the record does not say when it was graded: {when!r}") from None
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
