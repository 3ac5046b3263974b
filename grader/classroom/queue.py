"""Jobs on their way through a warm judge: staged one by one, graded some at a time, tried again after a fault.

Of twins, jobs of the same files, one is graded. The others wait for it, without a copy on the disk. Each gets its own
record: name, files, lateness and `started`, when it was made, are its own. The results, and the seconds that grading
these files took, are those of the one grading; only the log says whose it was. What comes to nothing, or holds for its
submitter alone, is not shared: each of the twins is then graded by itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.classroom.conditions import GradingConditions
from grader.classroom.jobs import Job, StagedJob, stage_job
from grader.classroom.log import RunLog, now
from grader.classroom.twins import Twins
from grader.intake.submission.errors import SubmissionError
from grader.judge.client import Event, JudgeClient, JudgeFault
from grader.judge.messages import Answer
from grader.judge.pool import JudgePool
from grader.records.fingerprint import seed_id, suite_sha256
from grader.records.making import make_record
from grader.records.record import Record
from grader.records.store import Entry, Journal

_TRIES = 2


@dataclass(frozen=True)
class Graded:
    """A record; `before` if the journal had it already."""

    record: Record
    before: bool = False


@dataclass(frozen=True)
class _Attempt:
    """A staged job at its `number`-th try: all tries see the same copy."""

    staged: StagedJob
    number: int = 1
    started: str = ""

    @property
    def about(self) -> dict[str, Any]:
        student, unit = self.staged.job.name
        return {"student": student, "unit": unit, "attempt": self.number}


class Queue:
    """Grades jobs under the same conditions.

    A job is staged when its turn comes, and its copy is deleted when it is done: a class of any size takes the disk
    space of the jobs in flight.

    scratch:      where the copies go
    jobs:         how many are graded at a time
    should_grade: asked of each staged job; those for which it is False are left out
    in_flight:    called with the (student, unit) of the submissions that are being graded, whenever these change
    """

    def __init__(
        self,
        conditions: GradingConditions,
        journal: Journal,
        log: RunLog,
        judges: JudgePool,
        scratch: Path,
        *,
        jobs: int,
        should_grade: Callable[[StagedJob], bool],
        in_flight: Callable[[Sequence[tuple[str, str]]], None] = lambda names: None,
    ) -> None:
        self._conditions = conditions
        self._journal = journal
        self._log = log
        self._judges = judges
        self._scratch = scratch
        self._at_once = conditions.target.at_once(jobs)
        self._should_grade = should_grade
        self._tell_in_flight = in_flight
        self._submitted = 0
        self._waiting: deque[Job] = deque()
        self._in_flight: dict[str, _Attempt] = {}
        self._retries: deque[_Attempt] = deque()

    def grade(self, jobs: Sequence[Job]) -> Iterator[Graded]:
        """Yield the records as they come. Raises JudgeFault when the suite can't be used at all.

        A judge collects only the units that it needs. Which ones these are is known before anything is read, except for
        submissions that were graded before and have changed since: those come last, with a judge of their own.
        """
        self._known = {e.key: e.record for e in self._journal.entries if e.record.graded}
        self._twins = Twins(self._conditions, self._journal.entries)
        units, left = self._units_without_grades(jobs), jobs
        while left:
            postponed: list[Job] = []
            self._waiting = deque(left)
            yield from self._round(units, postponed)
            units, left = {job.submission.unit for job in postponed}, postponed

    def _units_without_grades(self, jobs: Sequence[Job]) -> set[str]:
        keys = {unit: self._conditions.key(unit) for unit in {job.submission.unit for job in jobs}}
        width = max(map(len, keys.values()), default=0)
        graded = {(key[:2], key[-width:]) for key in self._known}
        return {job.submission.unit for job in jobs if (job.name, keys[job.submission.unit]) not in graded}

    def _round(self, units: set[str], postponed: list[Job]) -> Iterator[Graded]:
        """Grade the waiting jobs of these units; others that turn out to need a judge are postponed."""
        judge: JudgeClient | None = None
        while self._waiting or self._retries or self._in_flight:
            try:
                while (self._waiting or self._retries) and len(self._in_flight) < self._at_once:
                    attempt = self._retries.popleft() if self._retries else self._staged()
                    if (finished := self._without_judge(attempt)) is not None:
                        yield from finished
                    elif attempt.staged.job.submission.unit not in units:
                        attempt.staged.discard()
                        postponed.append(attempt.staged.job)
                    else:
                        judge = judge or self._ready_judge(units)
                        self._submit(judge, attempt)
                if judge and self._in_flight:
                    yield from self._answered(judge.next_answer(self._note))
            except JudgeFault as fault:
                if judge is None:
                    raise  # it could not start
                judge = None
                yield from self._judge_died(fault)

    def _ready_judge(self, units: set[str]) -> JudgeClient:
        judge = self._judges.idle_judge(self._conditions.judge_spec(units))
        if judge.untaped:
            self._log.write("drawn_for_each", tests=judge.untaped)
        return judge

    def _staged(self) -> _Attempt:
        return _Attempt(stage_job(self._conditions.course, self._waiting.popleft(), self._scratch))

    def _without_judge(self, attempt: _Attempt) -> list[Graded] | None:
        """Return what there is to say of a job that is not graded, was before, or waits; None if it is to be graded."""
        staged = attempt.staged
        if not self._should_grade(staged):
            staged.discard()
            return []
        if staged.fault:
            return [self._finish(replace(attempt, started=now()), Answer(fault=staged.fault))]
        if record := self._known.get(self._key(staged)):
            staged.discard()
            return [Graded(record, before=True)]
        if twin := self._twins.shared(staged):
            return [self._copy(staged, twin)]
        if attempt.number == 1 and self._twins.waits(staged):
            staged.discard()
            return []
        try:
            staged.extract(self._conditions.course)
        except SubmissionError as error:
            return [self._finish(replace(attempt, started=now()), Answer(fault=str(error)))]
        return None

    def _submit(self, judge: JudgeClient, attempt: _Attempt) -> None:
        self._submitted += 1
        job = str(self._submitted)
        self._twins.begin(attempt.staged)
        self._in_flight[job] = replace(attempt, started=now())
        module, *dependencies = (copy.path for copy in attempt.staged.copies)
        submission = attempt.staged.job.submission
        judge.submit(
            job,
            submission.unit,
            module,
            dependencies=[m.parent for m in dependencies],
            student=submission.student,
        )
        self._in_flight_changed()

    def _answered(self, answer: Answer) -> Iterator[Graded]:
        attempt = self._in_flight.pop(answer.job)
        self._in_flight_changed()
        if answer.why_not_run and attempt.number < _TRIES:
            self._retry(attempt, answer.why_not_run)
        else:
            yield from self._finish_with_twins(attempt, answer.final)

    def _in_flight_changed(self) -> None:
        self._tell_in_flight([attempt.staged.job.name for attempt in self._in_flight.values()])

    def _judge_died(self, fault: JudgeFault) -> Iterator[Graded]:
        self._log.write("judge_died", reason=str(fault), in_flight=len(self._in_flight))
        lost, self._in_flight = list(self._in_flight.values()), {}
        for attempt in lost:
            if attempt.number < _TRIES:
                self._retry(attempt, str(fault))
            else:
                answer = Answer(fault=f"the judge died while grading it: {fault}")
                yield from self._finish_with_twins(attempt, answer)

    def _retry(self, attempt: _Attempt, reason: str) -> None:
        """Try again soon, so that copies don't pile up."""
        self._log.write("retried", **attempt.about, reason=reason)
        self._retries.append(replace(attempt, number=attempt.number + 1))

    def _finish_with_twins(self, attempt: _Attempt, answer: Answer) -> Iterator[Graded]:
        """Finish the job, and those that waited for it. If its answer is not for them, their own turn comes next."""
        graded = self._finish(attempt, answer)
        yield graded
        if answer.is_for_anyone:
            for twin in self._twins.settle(attempt.staged, graded.record):
                yield self._copy(twin, graded.record)
        else:
            twins = self._twins.settle(attempt.staged, None)
            self._waiting.extendleft(twin.job for twin in reversed(twins))

    def _copy(self, staged: StagedJob, twin: Record) -> Graded:
        """Finish a job with the results of its twin, and its flags: a job that has waited has no copy any more."""
        answer = Answer(tests=twin.tests, seconds=twin.seconds)
        return self._finish(_Attempt(staged, started=now()), answer, twin)

    def _finish(self, attempt: _Attempt, answer: Answer, twin: Record | None = None) -> Graded:
        """Write the record into the journal, then into the log."""
        staged = attempt.staged
        unit = self._conditions.course.units[staged.job.submission.unit]
        record = make_record(
            staged.job.submission,
            unit,
            sha256=staged.sha256,
            joined=staged.dependencies,
            substituted=staged.substituted,
            suite=suite_sha256(unit),
            seed=seed_id(self._conditions.secret),
            tier=self._conditions.tier,
            started=attempt.started,
            tests=answer.tests,
            seconds=answer.seconds,
            fault=answer.fault,
            target=self._conditions.target,
            flags=twin.flags if twin else staged.flags if unit.forbidden else (),
        )
        content = self._twins.content(staged) if answer.is_for_anyone else ""
        self._journal.append(Entry(self._key(staged), record, content))
        staged.discard()
        if reason := answer.why_not_run:
            self._log.write("not_run", **attempt.about, reason=reason)
        elif twin:
            self._log.write("copied", **attempt.about, copied_from=twin.student)
        else:
            used = {"seconds": round(answer.seconds, 2), "cpu": round(answer.cpu, 2)}
            self._log.write("graded", **attempt.about, **used)
        return Graded(record)

    def _key(self, staged: StagedJob) -> tuple[str, ...]:
        return (*staged.key, *self._conditions.key(staged.job.submission.unit))

    def _note(self, event: Event) -> None:
        """Write what the judge reports into the log, with the name of the submission in place of the job's number."""
        about = {key: value for key, value in event.items() if key not in ("event", "job")}
        if attempt := self._in_flight.get(str(event.get("job"))):
            about |= attempt.about
        self._log.write(event["event"], **about)
