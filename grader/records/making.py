"""The record of a submission, made from the judge's answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from grader.box.devices.gpus import CPU, Target
from grader.course import Unit
from grader.course.units import BANDS
from grader.encodable import readable
from grader.intake.submission.submission import Submission
from grader.records.fingerprint import versions
from grader.records.outcomes import Outcome
from grader.records.record import SCHEMA, Files, Record, Score, TestResult
from grader.records.scoring import earned_points, points_of


def make_record(
    submission: Submission,
    unit: Unit,
    *,
    suite: str,
    seed: str,
    tier: str,
    started: str,
    tests: Sequence[TestResult] = (),
    seconds: float = 0.0,
    fault: str = "",
    sha256: str,
    joined: Mapping[str, str],
    substituted: Mapping[str, str],
    target: Target = CPU,
    flags: Sequence[str] = (),
) -> Record:
    """Return the record of a submission with these results, or with a `fault` of the machine or the kit.

    A record with a fault, or with a test that was not run, has the status "not_run" and is not a grade.

    sha256:      digest of the files that were graded; "" for files that could not be read
    joined:      unit → digest of the student's own submission that was joined
    substituted: unit → digest of the answer key that was joined in place of one
    """
    not_run = bool(fault) or any(t.outcome is Outcome.NOT_RUN for t in tests)
    return Record(
        schema=SCHEMA,
        student=readable(submission.student),
        unit=unit.name,
        submission=Files(
            files=tuple(readable(f.name) for f in submission.files),
            sha256=sha256,
            joined=dict(joined) if unit.depends_on else None,
            substituted=dict(substituted) if unit.depends_on else None,
        ),
        suite_sha256=suite,
        seed_id=seed,
        versions=versions() | dict(target.versions),
        tier=tier,
        device=target.label,
        late=submission.late,
        started=started,
        seconds=round(seconds, 3),
        status="not_run" if not_run else "graded",
        score=_score(tests),
        order=tuple(unit.functions),
        tests=tuple(msgspec.structs.replace(t, earned=earned_points(t, tests)) for t in tests),
        diagnosis=(),
        fault=readable(fault),
        flags=tuple(flags),
    )


def without_points(record: Record, why: str) -> Record:
    """Return the record of an empty module as that of a submission that was not there: no test has passed."""
    tests = tuple(
        t
        if t.outcome is Outcome.SKIPPED
        else msgspec.structs.replace(
            t,
            earned=0,
            outcome=Outcome.NOT_IMPLEMENTED,
            message=why,
            counterexample="",
            where="",
            replay=None,
        )
        for t in record.tests
    )
    submission = msgspec.structs.replace(record.submission, files=())
    return msgspec.structs.replace(record, tests=tests, score=_score(tests), submission=submission)


def _score(tests: Sequence[TestResult]) -> dict[str, Score]:
    points = {band: points_of(tests, (band,)) for band in BANDS}
    return {band: Score(earned=int(p.earned), possible=p.possible) for band, p in points.items()}
