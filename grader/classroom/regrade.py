"""Grading again after a suite was mended, beside the old records, which change only when the instructor says so.

`out/regrade/` holds a journal and records of its own, so an interrupted regrade goes on where it was. Taking it over
copies the old records to `out/history/DATE/` first, then tells the class's journal, then replaces the records: killed
anywhere in between, the same command finishes the rest.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from grader.box.gpus import CPU, Target
from grader.classroom.files import FilesError, Journal, as_json, locked, write_atomically
from grader.classroom.grade import Run, grade_class, record_path
from grader.course import Course
from grader.course.submissions import Submission
from grader.judge.record import seed_id, suite_sha256

_BESIDE = "regrade"
_HISTORY = "history"


@dataclass(frozen=True)
class Flip:
    """A test that ends otherwise, or that only one of the two suites has (then the other outcome is "")."""

    test: str
    title: str
    before: str
    after: str
    earned_before: int
    earned_after: int


@dataclass(frozen=True)
class Change:
    """One submission under the old suite and under the new one."""

    old: dict[str, Any]
    new: dict[str, Any]

    @property
    def student(self) -> str:
        return str(self.new["student"])

    @property
    def unit(self) -> str:
        return str(self.new["unit"])

    @property
    def flips(self) -> list[Flip]:
        before = {t["id"]: t for t in self.old["tests"]}
        after = {t["id"]: t for t in self.new["tests"]}
        flips = (_flip(before.get(i), after.get(i)) for i in dict.fromkeys([*before, *after]))
        return [f for f in flips if (f.before, f.earned_before) != (f.after, f.earned_after)]

    @property
    def fell(self) -> bool:
        """Whether anything is less than before: points, their share of the possible ones, or the bonus."""
        (earned, possible), (now, out_of) = total(self.old), total(self.new)
        (bonus, _), (bonus_now, _) = stretch(self.old), stretch(self.new)
        return now < earned or now * possible < earned * out_of or bonus_now < bonus

    @property
    def moved(self) -> bool:
        return total(self.old) != total(self.new) or stretch(self.old) != stretch(self.new)

    @property
    def difference(self) -> int:
        """In points, the bonus with them."""
        return sum(f(self.new)[0] - f(self.old)[0] for f in (total, stretch))


@dataclass
class Regrade:
    """What a regrade found.

    changes:   graded again; those who fell first, by how much, then the others
    unmoved:   (student, unit) → why there was nothing to grade again
    not_run:   records of the new grading that are no grade: the old ones stay
    """

    out: Path
    changes: list[Change] = field(default_factory=list)
    unmoved: dict[tuple[str, str], str] = field(default_factory=dict)
    not_run: list[dict[str, Any]] = field(default_factory=list)
    graded_before: int = 0


def total(record: dict[str, Any]) -> tuple[int, int]:
    """(earned, possible) of core and robust together."""
    bands = [record["score"][b] for b in ("core", "robust")]
    return sum(b["earned"] for b in bands), sum(b["possible"] for b in bands)


def stretch(record: dict[str, Any]) -> tuple[int, int]:
    """(earned, possible) of the bonus."""
    band = record["score"]["stretch"]
    return band["earned"], band["possible"]


class OtherSecretError(Exception):
    """The class was graded under other seeds, so that scores would move for that reason too."""


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

    The records in `out` stay as they are: see take_over. Raises OtherSecretError, JudgeFault, FilesError.
    """
    result = Regrade(out)
    with locked(out):
        old = {}
        for s in submissions:
            record = _read(record_path(out, s.student, s.unit))
            if why := _nothing_to_do(course, s, [*submissions, *joined], record):
                result.unmoved[s.student, s.unit] = why
            elif record is not None:
                old[s.student, s.unit] = record
        if strangers := [r for r in old.values() if r["seed_id"] != seed_id(secret)]:
            raise OtherSecretError(
                f"{len(strangers)} of {len(old)} records come from another secret, {strangers[0]['student']}'s "
                "for one: with other examples, scores may move for that reason alone. Give theirs with --secret"
            )
        wanted = [s for s in submissions if (s.student, s.unit) in old]
        if not wanted:
            return result
        shutil.rmtree(
            out / _BESIDE / "records", ignore_errors=True
        )  # of a third suite, perhaps; the journal stays
        run: Run = grade_class(
            course,
            wanted,
            out / _BESIDE,
            tier=tier,
            secret=secret,
            jobs=jobs,
            joined=[*joined, *(s for s in submissions if s not in wanted)],
            substitute=substitute,
            target=target,
            earlier=out,
            progress=progress,
        )
    result.graded_before = run.graded_before
    result.not_run = run.not_run
    changes = [Change(old[r["student"], r["unit"]], r) for r in run.records if r["status"] == "graded"]
    result.changes = sorted(changes, key=lambda c: (not c.fell, c.difference if c.fell else -c.difference))
    write_atomically(out / _BESIDE / "changes.json", as_json(as_plain(result)))
    return result


def take_over(regrade: Regrade, now: datetime | None = None) -> Path:
    """Make the new records the class's, and keep the old ones; the folder where these are. Raises FilesError."""
    out = regrade.out
    with locked(out):
        for change in regrade.changes:
            if _read(record_path(out, change.student, change.unit)) != change.old:
                raise FilesError(
                    f"the record of {change.student}, {change.unit} has changed meanwhile: run the same command again"
                )
        when = (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H-%M-%SZ")
        history = out / _HISTORY / when
        number = 1
        while history.exists():
            number += 1
            history = out / _HISTORY / f"{when}-{number}"
        for change in regrade.changes:
            write_atomically(record_path(history, change.student, change.unit), as_json(change.old))
        write_atomically(history / "changes.json", as_json(as_plain(regrade)))
        _join_journals(out, regrade)
        for change in regrade.changes:
            write_atomically(record_path(out, change.student, change.unit), as_json(change.new))
        shutil.rmtree(out / _BESIDE / "records")
        (out / _BESIDE / "changes.json").unlink()
    return history


def as_plain(regrade: Regrade) -> dict[str, Any]:
    """The changes as data: old and new scores, and the tests that flipped."""
    return {
        "changes": [
            {
                "student": c.student,
                "unit": c.unit,
                "fell": c.fell,
                "difference": c.difference,
                "old": {"suite_sha256": c.old["suite_sha256"], "score": c.old["score"]},
                "new": {"suite_sha256": c.new["suite_sha256"], "score": c.new["score"]},
                "tests": [vars(f) for f in c.flips],
            }
            for c in regrade.changes
        ],
        "not_run": [{"student": r["student"], "unit": r["unit"]} for r in regrade.not_run],
    }


def _nothing_to_do(
    course: Course,
    submission: Submission,
    everything: Sequence[Submission],
    record: dict[str, Any] | None,
) -> str:
    """Why the submission is not graded again; "" when it is."""
    if record is None:
        return "it was never graded: `grader grade` does that"
    if record["status"] != "graded":
        return "it was not run: `grader grade` tries again"
    if record["submission"]["sha256"] != submission.sha256():
        return "it was handed in anew since: `grader grade` grades that"
    own = {s.unit: s for s in everything if s.student == submission.student}
    for unit, sha256 in record["submission"].get("joined", {}).items():
        if unit not in own or own[unit].sha256() != sha256:
            return f"{unit}, which it joins, was handed in anew since: `grader grade` grades that"
    if record["suite_sha256"] == suite_sha256(course.units[submission.unit]):
        return "its grade is of the present suite"
    return ""


def _read(path: Path) -> dict[str, Any] | None:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return record if {"status", "score", "tests", "suite_sha256", "seed_id"} <= set(record) else None
    except (OSError, ValueError, TypeError):
        return None


def _flip(before: dict[str, Any] | None, after: dict[str, Any] | None) -> Flip:
    known = after or before or {}
    return Flip(
        test=str(known["id"]),
        title=str(known["title"]),
        before=str(before["outcome"]) if before else "",
        after=str(after["outcome"]) if after else "",
        earned_before=int(before["earned"]) if before else 0,
        earned_after=int(after["earned"]) if after else 0,
    )


def _join_journals(out: Path, regrade: Regrade) -> None:
    """Tell the class's journal what was graded, so that a later `grader grade` takes it for done."""
    new = [c.new for c in regrade.changes]
    beside, journal = Journal(out / _BESIDE / "journal.jsonl"), Journal(out / "journal.jsonl")
    try:
        known = {tuple(e["key"]) for e in journal.entries}
        for entry in beside.entries:
            if entry["record"] in new and tuple(entry["key"]) not in known:
                journal.append(entry)
    finally:
        beside.close()
        journal.close()
