"""Grading again after a suite was mended, beside the old records, which change only when the instructor says so.

`out/regrade/` holds a journal and records of its own, so an interrupted regrade goes on where it was. Taking it over
copies the old records to `out/history/DATE/` first, then tells the class's journal, then replaces the records: killed
anywhere in between, the same command finishes the rest.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from grader.box.devices.gpus import CPU, Target
from grader.classroom.comparison import Change
from grader.classroom.conditions import require_same, require_same_substitution
from grader.classroom.grade import Job, grade_class, job_for
from grader.course import Course
from grader.files import FilesError, as_json, locked, write_atomically, write_bytes_atomically
from grader.intake.submission.submission import Submission
from grader.records.fingerprint import suite_sha256
from grader.records.record import Record
from grader.records.store import Journal, known_record, record_as_json, record_path

_BESIDE = "regrade"
_HISTORY = "history"
_Named = tuple[str, str]  # student and unit


@dataclass
class Regrade:
    """What a regrade found.

    changes:   graded again; those who fell first, by how much, then the others
    unmoved:   (student, unit) → why there was nothing to grade again
    not_run:   records of the new grading that are no grade: the old ones stay
    """

    out: Path
    changes: list[Change] = field(default_factory=list)
    unmoved: dict[_Named, str] = field(default_factory=dict)
    not_run: list[Record] = field(default_factory=list)
    graded_before: int = 0

    def as_plain(self) -> dict[str, Any]:
        """The changes as data."""
        return {
            "changes": [c.as_plain() for c in self.changes],
            "not_run": [{"student": r.student, "unit": r.unit} for r in self.not_run],
        }


def regrade_class(
    course: Course,
    submissions: Sequence[Submission],
    out: Path,
    *,
    tier: str,
    secret: bytes,
    jobs: int = 1,
    joined: Sequence[Submission] = (),
    substitute: bool = False,
    target: Target = CPU,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Regrade:
    """Grade again, into `out/regrade/`, the submissions whose records in `out` come from another suite.

    With `substitute`, so are units that join others, where the others' new grades decide otherwise about answer keys.
    The records in `out` stay as they are: see take_over. Raises OtherSettingsError before anything is graded;
    JudgeFault, FilesError.
    """
    result = Regrade(out)
    beside = out / _BESIDE
    everything = [*submissions, *joined]
    old: dict[_Named, Record] = {}

    def due(job: Job) -> bool:
        record = old[_named(job.submission)]
        keys = {key.unit: key.sha256() for key in job.substituted}
        return _of_another_suite(course, record) or (substitute and keys != record.substituted)

    with locked(out):
        for s in submissions:
            record = known_record(record_path(out, s.student, s.unit))
            if why := _not_comparable(course, s, everything, record):
                result.unmoved[_named(s)] = why
            elif record:
                old[_named(s)] = record
        jobs_before = [
            job_for(course, s, everything, (out,), substitute) for s in submissions if _named(s) in old
        ]
        wanted = {_named(j.submission) for j in jobs_before if due(j)}
        if substitute:
            wanted |= {
                n for n in old if any((n[0], unit) in wanted for unit in course.units[n[1]].depends_on)
            }
        if wanted:
            require_same_substitution(
                [r for r in old.values() if r.substituted],
                [old[_named(j.submission)] for j in jobs_before if j.substituted],
                substitute=substitute,
            )
        require_same([old[n] for n in old if n in wanted], tier=tier, secret=secret, target=target)
        shutil.rmtree(beside / "records", ignore_errors=True)  # of a third suite, perhaps; the journal stays
        run = grade_class(
            course,
            [replace(s, late=old[_named(s)].late) for s in submissions if _named(s) in wanted],
            beside,
            tier=tier,
            secret=secret,
            jobs=jobs,
            joined=[*joined, *(s for s in submissions if _named(s) not in wanted)],
            substitute=substitute,
            target=target,
            earlier=out,
            due=due,
            progress=progress,
        )
    result.graded_before = run.graded_before
    result.not_run = run.not_run
    graded = {(r.student, r.unit): r for r in run.records}
    result.unmoved |= dict.fromkeys((n for n in old if n not in graded), "its grade is of the present suite")
    result.unmoved |= _without_submission(course, submissions, out)
    changes = [Change(old[n], r) for n, r in graded.items() if r.graded]
    result.changes = sorted(changes, key=lambda c: (not c.fell, c.difference if c.fell else -c.difference))
    write_atomically(beside / "changes.json", as_json(result.as_plain()))
    return result


def take_over(regrade: Regrade) -> Path:
    """Make the new records the class's, and keep the old ones; the folder where these are. Raises FilesError."""
    out = regrade.out
    with locked(out):
        for change in regrade.changes:
            if known_record(record_path(out, change.student, change.unit)) != change.old:
                raise FilesError(
                    f"the record of {change.student}, {change.unit} has changed meanwhile: run the same command again"
                )
        when = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
        history = out / _HISTORY / when
        number = 1
        while history.exists():
            number += 1
            history = out / _HISTORY / f"{when}-{number}"
        for change in regrade.changes:
            kept = record_path(out, change.student, change.unit).read_bytes()
            write_bytes_atomically(record_path(history, change.student, change.unit), kept)
        write_atomically(history / "changes.json", as_json(regrade.as_plain()))
        _join_journals(out, regrade)
        for change in regrade.changes:
            write_atomically(record_path(out, change.student, change.unit), record_as_json(change.new))
        shutil.rmtree(out / _BESIDE / "records")
        (out / _BESIDE / "changes.json").unlink()
    return history


def _named(submission: Submission) -> _Named:
    return submission.student, submission.unit


def _of_another_suite(course: Course, record: Record) -> bool:
    return record.suite_sha256 != suite_sha256(course.units[record.unit])


def _not_comparable(
    course: Course, submission: Submission, everything: Sequence[Submission], record: Record | None
) -> str:
    """Why what is there now is not what got the record, as a grade; "" when it is."""
    if record is None:
        return "it was never graded: `grader grade` does that"
    if not record.graded:
        return "it was not run: `grader grade` tries again"
    if record.submission.sha256 != submission.sha256_if_readable():
        return "it was handed in anew since: `grader grade` grades that"
    own = {s.unit: s.sha256_if_readable() for s in everything if s.student == submission.student}
    joined = record.submission.joined or {}
    for unit in course.units[submission.unit].depends_on:
        if unit not in record.substituted and own.get(unit) != joined.get(unit):
            return f"{unit}, which it joins, was handed in anew since: `grader grade` grades that"
    return ""


def _without_submission(course: Course, submissions: Sequence[Submission], out: Path) -> dict[_Named, str]:
    """Those who keep a grade of another suite, since what they handed in is not among the submissions."""
    here = {_named(s) for s in submissions}
    files = (f for unit in {u for _, u in here} for f in (out / "records").glob(f"*/{unit}.json"))
    records = (r for r in map(known_record, sorted(files)) if r and r.graded)
    left = [r for r in records if (r.student, r.unit) not in here and _of_another_suite(course, r)]
    return {(r.student, r.unit): "no submission of theirs was found" for r in left}


def _join_journals(out: Path, regrade: Regrade) -> None:
    """Tell the class's journal what was graded, so that a later `grader grade` takes it for done."""
    new = [c.new for c in regrade.changes]
    beside, journal = Journal(out / _BESIDE / "journal.jsonl"), Journal(out / "journal.jsonl")
    try:
        known = {e.key for e in journal.entries}
        for entry in beside.entries:
            if entry.record in new and entry.key not in known:
                journal.append(entry)
    finally:
        beside.close()
        journal.close()
