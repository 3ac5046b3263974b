"""Grading a class on one machine: a warm judge, some jobs at a time, each result kept before the next.

The journal is the truth: a line there is a graded submission, whatever happens afterwards. Record files
are written from it, so that a run which was killed goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from grader.classroom.conditions import GradingConditions
from grader.classroom.jobs import StagedJob, job_for
from grader.classroom.log import RunLog
from grader.classroom.queue import Queue
from grader.files import locked
from grader.intake.submission.submission import Submission
from grader.judge.pool import JudgePool, pool_or_new
from grader.records.record import Record
from grader.records.store import Journal, keep_record
from grader.temporary import temporary_folder


@dataclass
class Run:
    """The result of a run of `grader grade`."""

    out: Path
    records: list[Record] = field(default_factory=list)
    graded_before: int = 0

    @property
    def not_run(self) -> list[Record]:
        return [r for r in self.records if not r.graded]


def grade_class(
    conditions: GradingConditions,
    submissions: Sequence[Submission],
    out: Path,
    *,
    jobs: int = 1,
    dependencies: Sequence[Submission] = (),
    substitute: bool = False,
    earlier: Path | None = None,
    should_grade: Callable[[StagedJob], bool] = lambda job: True,
    judges: JudgePool | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    in_flight: Callable[[Sequence[tuple[str, str]]], None] = lambda names: None,
) -> Run:
    """Grade the submissions into `out`, `jobs` at a time; what is in its journal already is not done again.

    dependencies: more submissions, not to be graded, for the units that some of these depend on
    substitute:   a unit that depends on others gets the answer key in place of one that is missing, or lacks some of
                  its core points. Such units are graded when all others are final, and their records say so
    earlier:      folder of an earlier grading, whose records count for units that are not in `out`
    should_grade: asked of each, when all that it depends on is final: those for which it is False are left out
    judges:       a pool with a warm judge, which stays as it is; by default, judges end with the run

    progress(done, total) is called before the first, when `out` is locked, and after each; in_flight(names) with the
    (student, unit) of those that are being graded, whenever these change. A submission that can't be read any more is
    not run, and says why.
    Raises JudgeFault when the suite can't be used at all, FilesError when another run writes into `out`.
    """
    run = Run(out)
    course = conditions.course
    everything = [*submissions, *dependencies]
    with ExitStack() as stack:
        stack.enter_context(locked(out))
        journal = Journal(out / "journal.jsonl")
        stack.callback(journal.close)
        log = stack.enter_context(RunLog(out / "log.jsonl"))
        log.write(
            "run_started",
            conditions=conditions.as_plain(),
            versions=conditions.versions,
            jobs=jobs,
            submissions=len(submissions),
        )
        scratch = stack.enter_context(temporary_folder("grader-staged-"))
        pool = stack.enter_context(pool_or_new(judges))
        queue = Queue(
            conditions,
            journal,
            log,
            pool,
            scratch,
            jobs=jobs,
            should_grade=should_grade,
            in_flight=in_flight,
        )
        stack.push(lambda kind, *_: _log_end(log, run, kind))
        progress(0, len(submissions))
        for with_dependencies in (False, True):
            part = [s for s in submissions if bool(course.units[s.unit].depends_on) == with_dependencies]
            found = [job_for(course, s, everything, (out, earlier), substitute=substitute) for s in part]
            for graded in queue.grade(found):
                keep_record(out, graded.record)
                run.records.append(graded.record)
                run.graded_before += graded.before
                progress(len(run.records), len(submissions))
    order = {(s.student, s.unit): i for i, s in enumerate(submissions)}
    run.records.sort(key=lambda r: order[r.student, r.unit])
    return run


def _log_end(log: RunLog, run: Run, error: type[BaseException] | None) -> None:
    log.write(
        "run_ended",
        graded=len(run.records) - run.graded_before - len(run.not_run),
        graded_before=run.graded_before,
        not_run=len(run.not_run),
        **({"error": error.__name__} if error else {}),
    )
