"""Grading a class on one machine: a warm judge, some jobs at a time, each result kept before the next.

The journal is the truth: a line there is a graded submission, whatever happens afterwards. Record files
are written from it, so that a run which was killed goes on where it was.
"""

from __future__ import annotations

import datetime
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from grader.box.devices.gpus import CPU, Target
from grader.course import Course
from grader.files import locked
from grader.intake.submission.errors import SubmissionError
from grader.intake.submission.submission import Submission, stage
from grader.judge.client import JudgeFault, JudgeServer
from grader.judge.messages import Answer
from grader.records.fingerprint import seed_id, suite_sha256, versions
from grader.records.making import make_record
from grader.records.record import Record
from grader.records.store import Entry, Journal, keep_record, known_record, record_path

_TRIES = 2


@dataclass(frozen=True)
class Job:
    """One submission to grade, and what makes its grade the same as an earlier one.

    joined:      the same student's submissions for the units that this one joins
    substituted: the answer keys of units, for which this one joins them instead
    unsettled:   why it is not known what to join; "" when it is
    """

    submission: Submission
    key: tuple[str, ...]
    joined: tuple[Submission, ...] = ()
    substituted: tuple[Submission, ...] = ()
    unsettled: str = ""

    @property
    def label(self) -> str:
        return f"{self.submission.student}/{self.submission.unit}"


@dataclass
class Run:
    """What a run of `grader grade` did."""

    out: Path
    records: list[Record] = field(default_factory=list)
    graded_before: int = 0

    @property
    def not_run(self) -> list[Record]:
        return [r for r in self.records if not r.graded]


def grade_class(
    course: Course,
    submissions: Sequence[Submission],
    out: Path,
    *,
    tier: str,
    secret: bytes,
    jobs: int = 1,
    hidden: bool = True,
    joined: Sequence[Submission] = (),
    substitute: bool = False,
    target: Target = CPU,
    earlier: Path | None = None,
    due: Callable[[Job], bool] = lambda job: True,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Run:
    """Grade the submissions into `out`, `jobs` at a time; what is in its journal already is not done again.

    joined:     more submissions, not to be graded, for the units that some of these join
    substitute: whether a unit that joins others gets the answer key in place of one that is missing, or has not all of
                its core points. Such units are graded when all others are final, and their records say so
    target:     the device to grade on; a grade on another one is another grade
    earlier:    folder of an earlier grading, which tells whether a unit is complete that is not in `out`
    due:        asked of each, when all that it joins is final: those for which it is false are left out

    progress(done, total) is called after each. Raises JudgeFault when the suite can't be used at all,
    FilesError when another run writes into `out`.
    """
    run = Run(out)
    with locked(out):
        journal = Journal(out / "journal.jsonl")
        try:
            for together in (False, True):
                part = [s for s in submissions if bool(course.units[s.unit].depends_on) == together]
                everything = [*submissions, *joined]
                found = [job_for(course, s, everything, (out, earlier), substitute) for s in part]
                found = [job for job in found if due(job)]
                todo = _split(
                    course, found, journal, run, tier=tier, secret=secret, hidden=hidden, target=target
                )
                progress(len(run.records), len(submissions))
                for record in _graded(
                    course, todo, journal, tier=tier, secret=secret, jobs=jobs, hidden=hidden, target=target
                ):
                    keep_record(out, record)
                    run.records.append(record)
                    progress(len(run.records), len(submissions))
        finally:
            journal.close()
    order = {(s.student, s.unit): i for i, s in enumerate(submissions)}
    run.records.sort(key=lambda r: order[r.student, r.unit])
    return run


def job_for(
    course: Course,
    submission: Submission,
    everything: Sequence[Submission],
    outs: Sequence[Path | None],
    substitute: bool,
) -> Job:
    """The submission and what it joins, by its own student or, where that is wanted and due, from the answer key."""
    unit = course.units[submission.unit]
    own = {s.unit: s for s in everything if s.student == submission.student}
    complete = {u: u in own and _complete(outs, submission.student, u) for u in unit.depends_on if substitute}
    due = [u for u, is_complete in complete.items() if is_complete is False]
    keys = [course.units[u].reference for u in due]
    joined = tuple(own[u] for u in unit.depends_on if u in own and u not in due)
    substituted = tuple(
        Submission("the answer key", u, key, (key,)) for u, key in zip(due, keys, strict=True)
    )
    hashes = tuple(s.sha256_if_readable() for s in (submission, *joined, *substituted))
    not_run = next((u for u, is_complete in complete.items() if is_complete is None), "")
    why = (
        f"{not_run}, which it joins, was not run, so whether that is complete is not known" if not_run else ""
    )
    return Job(submission, (submission.student, submission.unit, *hashes), joined, substituted, why)


def _complete(outs: Sequence[Path | None], student: str, unit: str) -> bool | None:
    """Whether the student has all core points of the unit, by the first of `outs` with a grade. None: not run."""
    paths = [p for p in (record_path(out, student, unit) for out in outs if out) if p.exists()]
    for record in map(known_record, paths):
        if record and record.graded:
            return record.score["core"].earned == record.score["core"].possible
    return None if paths else False


def _split(
    course: Course,
    found: Sequence[Job],
    journal: Journal,
    run: Run,
    *,
    tier: str,
    secret: bytes,
    hidden: bool,
    target: Target,
) -> list[Job]:
    """The jobs that are left to do; the records of the others go into `run`."""
    suites = {u: suite_sha256(course.units[u]) for u in {job.submission.unit for job in found}}
    known = {e.key: e.record for e in journal.entries if e.record.graded}
    todo = []
    circumstances = versions() | dict(target.versions)
    rest = (seed_id(secret), tier, str(hidden), str(sorted(circumstances.items())), target.label)
    for job in found:
        job = replace(job, key=(*job.key, suites[job.submission.unit], *rest))
        if (record := known.get(job.key)) and not job.unsettled:
            keep_record(run.out, record)
            run.records.append(record)
            run.graded_before += 1
        else:
            todo.append(job)
    return todo


def _graded(
    course: Course,
    todo: Sequence[Job],
    journal: Journal,
    *,
    tier: str,
    secret: bytes,
    jobs: int,
    hidden: bool,
    target: Target,
) -> Iterator[Record]:
    """Records, as they come. What machine or kit stumbled over gets a second try, by a new judge if need be."""
    if not todo:
        return
    finish = partial(_finish, course, journal, tier=tier, secret=secret, target=target)
    units = sorted({j.submission.unit for j in todo})
    waiting: deque[tuple[Job, int]] = deque((j, 1) for j in todo)
    with tempfile.TemporaryDirectory(prefix="grader-") as scratch:
        while waiting:
            with JudgeServer(
                course.root, units, tier=tier, secret=secret, hidden=hidden, target=target
            ) as judge:
                judge.wait_until_ready()
                flying: dict[str, tuple[Job, int, str]] = {}
                try:
                    while waiting or flying:
                        while waiting and len(flying) < target.at_once(jobs):
                            job, attempt = waiting.popleft()
                            if job.unsettled:
                                yield finish(job, Answer(job.label, fault=job.unsettled), _now())
                                continue
                            try:
                                module, joined = _stage(course, job, Path(scratch))
                            except SubmissionError as error:
                                yield finish(job, Answer(job.label, fault=str(error)), _now())
                                continue
                            flying[job.label] = (job, attempt, _now())
                            judge.submit(
                                job.label,
                                job.submission.unit,
                                module,
                                joined=joined,
                                student=job.submission.student,
                            )
                        if not flying:
                            break
                        answer = judge.next_answer()
                        job, attempt, started = flying.pop(answer.job)
                        if answer.not_run and attempt < _TRIES:
                            waiting.append((job, attempt + 1))
                            continue
                        yield finish(job, answer, started)
                except JudgeFault as fault:
                    for job, attempt, started in flying.values():
                        if attempt < _TRIES:
                            waiting.append((job, attempt + 1))
                        else:
                            why = f"the judge died while grading it: {fault}"
                            yield finish(job, Answer(job.label, fault=why), started)


def _stage(course: Course, job: Job, scratch: Path) -> tuple[Path, list[Path]]:
    """The module, and the folders of those that it joins, copied: all that its box can read of the class.

    Their path does not tell whose they are: a module can see it, and must not sign with whatever name is there.
    """
    home = Path(tempfile.mkdtemp(dir=scratch))
    modules = []
    for submission in (job.submission, *job.joined, *job.substituted):
        (folder := home / submission.unit).mkdir(parents=True)
        unit = course.units[submission.unit]
        modules.append(stage(submission, unit.module, folder, wanted=unit.functions))
    return modules[0], [module.parent for module in modules[1:]]


def _finish(
    course: Course,
    journal: Journal,
    job: Job,
    answer: Answer,
    started: str,
    *,
    tier: str,
    secret: bytes,
    target: Target,
) -> Record:
    unit = course.units[job.submission.unit]
    record = make_record(
        job.submission,
        unit,
        sha256=job.submission.sha256_if_readable(),
        joined={s.unit: s.sha256_if_readable() for s in job.joined},
        substituted={s.unit: s.sha256_if_readable() for s in job.substituted},
        suite=suite_sha256(unit),
        seed=seed_id(secret),
        tier=tier,
        started=started,
        tests=answer.tests,
        seconds=answer.seconds,
        fault=answer.fault,
        target=target,
    )
    journal.append(Entry(job.key, record))
    return record


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
