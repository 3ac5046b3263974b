"""Grading again after a suite was mended, beside the old records, which change only when the instructor says so.

`out/regrade/` holds a journal and records of its own, so an interrupted regrade goes on where it was. Taking it over
copies the old records to `out/history/DATE/` first, then adds to the class's journal, then replaces the records:
killed anywhere in between, the same command finishes the rest.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from grader.classroom.comparison import Change
from grader.classroom.conditions import GradingConditions, require_same, require_same_substitution
from grader.classroom.grade import grade_class
from grader.classroom.jobs import StagedJob, job_for
from grader.course import Course
from grader.files import FilesError, as_json, locked, write_atomically, write_bytes_atomically
from grader.intake.apart.client import apart
from grader.intake.errors import IntakeError
from grader.intake.submission.submission import Submission
from grader.judge.pool import JudgePool
from grader.records.fingerprint import suite_sha256
from grader.records.record import Record
from grader.records.store import Journal, known_record, record_as_json, record_path

_BESIDE = "regrade"
_HISTORY = "history"
_Name = tuple[str, str]  # student and unit


@dataclass
class Regrade:
    """The result of a regrade.

    changes:   graded again; those who fell first, by how much, then the others
    unmoved:   (student, unit) → why there was nothing to grade again
    not_run:   records of the new grading without a score: the old ones stay
    """

    out: Path
    changes: list[Change] = field(default_factory=list)
    unmoved: dict[_Name, str] = field(default_factory=dict)
    not_run: list[Record] = field(default_factory=list)
    graded_before: int = 0

    def as_plain(self) -> dict[str, Any]:
        """Return the changes as data."""
        return {
            "changes": [c.as_plain() for c in self.changes],
            "not_run": [{"student": r.student, "unit": r.unit} for r in self.not_run],
        }


def regrade_class(
    conditions: GradingConditions,
    submissions: Sequence[Submission],
    out: Path,
    *,
    jobs: int = 1,
    dependencies: Sequence[Submission] = (),
    substitute: bool = False,
    judges: JudgePool | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Regrade:
    """Grade again, into `out/regrade/`, the submissions whose records in `out` come from another suite.

    With `substitute`, so are units that depend on others, if the others' new grades decide otherwise about answer keys.
    The records in `out` stay as they are: see take_over. Raises OtherConditionsError before anything is graded;
    JudgeFault, FilesError.
    """
    result = Regrade(out)
    beside = out / _BESIDE
    course = conditions.course
    with locked(out):
        plan = _Plan(course, submissions, dependencies, out, result, substitute)
        wanted = plan.wanted()
        require_same([r for name, r in plan.old.items() if name in wanted], conditions)
        shutil.rmtree(beside / "records", ignore_errors=True)  # of a third suite, perhaps; the journal stays
        run = grade_class(
            conditions,
            [replace(s, late=plan.old[_name(s)].late) for s in submissions if _name(s) in wanted],
            beside,
            jobs=jobs,
            dependencies=[*dependencies, *(s for s in submissions if _name(s) not in wanted)],
            substitute=substitute,
            earlier=out,
            should_grade=plan.should_grade,
            judges=judges,
            progress=progress,
        )
    result.graded_before = run.graded_before
    result.not_run = run.not_run
    graded = {(r.student, r.unit): r for r in run.records}
    untouched = (n for n in plan.old if n not in graded and n not in result.unmoved)
    result.unmoved |= dict.fromkeys(untouched, "its grade is of the present suite")
    result.unmoved |= _without_submission(course, submissions, out)
    changes = [Change(plan.old[n], r) for n, r in graded.items() if r.graded]
    result.changes = sorted(changes, key=lambda c: (not c.fell, c.difference if c.fell else -c.difference))
    write_atomically(beside / "changes.json", as_json(result.as_plain()), private=True)
    return result


class _Plan:
    """Decides which submissions to grade again: first by the files as they lie there, at last by the staged copy.

    old: (student, unit) → the record to compare with; why others have none goes into `result`
    """

    def __init__(
        self,
        course: Course,
        submissions: Sequence[Submission],
        dependencies: Sequence[Submission],
        out: Path,
        result: Regrade,
        substitute: bool,
    ) -> None:
        self._course = course
        self._submissions = submissions
        self._everything = [*submissions, *dependencies]
        self._out = out
        self._result = result
        self._substitute = substitute
        self.old: dict[_Name, Record] = {}
        digests = {_name(s): _digest(s) for s in self._everything}
        for s in submissions:
            record = known_record(record_path(out, s.student, s.unit))
            if record is None:
                result.unmoved[_name(s)] = "it was never graded: `grader grade` does that"
            elif not record.graded:
                result.unmoved[_name(s)] = "it was not run: `grader grade` tries again"
            else:
                own = {unit: d for (student, unit), d in digests.items() if student == s.student}
                if why := self._changed_since(record, digests[_name(s)], own):
                    result.unmoved[_name(s)] = why
                else:
                    self.old[_name(s)] = record

    def wanted(self) -> set[_Name]:
        """Return the names of those to grade again. Raises OtherConditionsError for another use of answer keys."""
        jobs = [
            job_for(self._course, s, self._everything, (self._out,), substitute=self._substitute)
            for s in self._submissions
            if _name(s) in self.old
        ]
        wanted = {
            j.name for j in jobs if self._is_due(j.name, {key.unit: key.sha256() for key in j.substituted})
        }
        if self._substitute:
            wanted |= {
                n for n in self.old if any((n[0], u) in wanted for u in self._course.units[n[1]].depends_on)
            }
        if wanted:
            require_same_substitution(
                [r for r in self.old.values() if r.substituted],
                [self.old[j.name] for j in jobs if j.substituted],
                substitute=self._substitute,
            )
        return wanted

    def should_grade(self, staged: StagedJob) -> bool:
        """Return True if the copy is of what the record is of, and the record is of another suite.

        A copy that could not be made is "graded" too: its new record says why it was not run.
        """
        name = staged.job.name
        record = self.old[name]
        own = {**(record.submission.joined or {}), **staged.dependencies}
        if not staged.fault and (why := self._changed_since(record, staged.sha256, own)):
            self._result.unmoved[name] = why
            return False
        return self._is_due(name, staged.substituted)

    def _is_due(self, name: _Name, keys: Mapping[str, str]) -> bool:
        record = self.old[name]
        return _of_another_suite(self._course, record) or (
            self._substitute and dict(keys) != record.substituted
        )

    def _changed_since(self, record: Record, sha256: str, own: Mapping[str, str]) -> str:
        """Return why these files are not what got the record; "" when they are.

        own: unit → digest of the student's other submissions
        """
        if record.submission.sha256 != sha256:
            return "it was handed in anew since: `grader grade` grades that"
        joined = record.submission.joined or {}
        for unit in self._course.units[record.unit].depends_on:
            if unit not in record.substituted and own.get(unit) != joined.get(unit):
                return f"{unit}, which it depends on, was handed in anew since: `grader grade` grades that"
        return ""


def take_over(regrade: Regrade) -> Path:
    """Make the new records the class's, and return the folder where the old ones are kept. Raises FilesError."""
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
            write_bytes_atomically(record_path(history, change.student, change.unit), kept, private=True)
        write_atomically(history / "changes.json", as_json(regrade.as_plain()), private=True)
        _join_journals(out, regrade)
        for change in regrade.changes:
            write_atomically(
                record_path(out, change.student, change.unit), record_as_json(change.new), private=True
            )
        shutil.rmtree(out / _BESIDE / "records")
        (out / _BESIDE / "changes.json").unlink()
    return history


def _digest(submission: Submission) -> str:
    """Return the digest of the files as they are now; "" if they can't be read, or not within the limits."""
    try:
        return apart(submission.sha256)
    except (IntakeError, OSError):
        return ""


def _name(submission: Submission) -> _Name:
    return submission.student, submission.unit


def _of_another_suite(course: Course, record: Record) -> bool:
    return record.suite_sha256 != suite_sha256(course.units[record.unit])


def _without_submission(course: Course, submissions: Sequence[Submission], out: Path) -> dict[_Name, str]:
    """Return those who keep a grade of another suite because their submission is not among these."""
    here = {_name(s) for s in submissions}
    files = (f for unit in {u for _, u in here} for f in (out / "records").glob(f"*/{unit}.json"))
    records = (r for r in map(known_record, sorted(files)) if r and r.graded)
    left = [r for r in records if (r.student, r.unit) not in here and _of_another_suite(course, r)]
    return {(r.student, r.unit): "no submission of theirs was found" for r in left}


def _join_journals(out: Path, regrade: Regrade) -> None:
    """Add what was graded to the class's journal, so that a later `grader grade` takes it for done."""
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
