"""Jobs: a submission, what it depends on, and the copy of both that is graded."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.course import Course
from grader.intake.apart.client import apart
from grader.intake.errors import IntakeError
from grader.intake.submission.errors import SubmissionError
from grader.intake.submission.flags import flags_of
from grader.intake.submission.reading import errors_of, is_notebook
from grader.intake.submission.staging import StagedSubmission, stage
from grader.intake.submission.submission import Submission
from grader.records.store import known_record, record_path


@dataclass(frozen=True)
class Job:
    """One submission to grade.

    dependencies: the same student's submissions for the units that this one depends on
    substituted:  answer keys that take the place of other such units
    blocked_by:   why it is not known what it depends on; "" when it is
    """

    submission: Submission
    dependencies: tuple[Submission, ...] = ()
    substituted: tuple[Submission, ...] = ()
    blocked_by: str = ""

    @property
    def name(self) -> tuple[str, str]:
        return self.submission.student, self.submission.unit


@dataclass(frozen=True)
class StagedJob:
    """A job with the copy of its files that is graded and recorded: each was read once.

    folder:       holds the copy, and nothing else
    sha256:       the submission's digest; "" if it can't be read
    dependencies: unit → digest of the student's own submission that this one depends on
    substituted:  unit → digest of the answer key in place of it
    fault:        why it can't be graded; "" when all could be copied
    copies:       of the submission, then of those that it depends on
    """

    job: Job
    folder: Path
    sha256: str
    dependencies: Mapping[str, str]
    substituted: Mapping[str, str]
    fault: str
    copies: tuple[StagedSubmission, ...]

    def extract(self, course: Course) -> None:
        """Extract the modules from copied notebooks: only jobs that are graded need them. Raises SubmissionError."""
        for copy in self.copies:
            with errors_of(copy.submission.module):
                apart(StagedSubmission.extract, copy, tuple(course.units[copy.submission.unit].functions))

    @property
    def content(self) -> list[tuple[str, bool, str]]:
        """All that the box is given: unit, is it a notebook, and digest, in the order in which modules are looked for.

        A notebook's digest is of its cells as JSON, which may be the text of a module, too.
        """
        return [(c.submission.unit, is_notebook(c.submission.module), c.sha256) for c in self.copies]

    @property
    def flags(self) -> tuple[str, ...]:
        """The flags of the copied source, for the instructor; none where it can't be read. Ask before `discard`."""
        own = [copy for copy in self.copies if copy.submission == self.job.submission]
        with contextlib.suppress(IntakeError, OSError):
            return apart(flags_of, own[0]) if own else ()
        return ()

    @property
    def key(self) -> tuple[str, ...]:
        """The part of a journal's key that identifies the files."""
        return (*self.job.name, self.sha256, *self.dependencies.values(), *self.substituted.values())

    def discard(self) -> None:
        """Delete the copy."""
        shutil.rmtree(self.folder, ignore_errors=True)


def job_for(
    course: Course,
    submission: Submission,
    everything: Sequence[Submission],
    outs: Sequence[Path | None],
    *,
    substitute: bool,
) -> Job:
    """Return the job of a submission: what it depends on is its student's own work, or the answer key.

    substitute: the answer key takes the place of a unit that is missing, or lacks core points by the first record
                with a grade in `outs`
    """
    unit = course.units[submission.unit]
    own = {s.unit: s for s in everything if s.student == submission.student}
    complete = {
        u: u in own and _is_complete(outs, submission.student, u) for u in unit.depends_on if substitute
    }
    replaced = [u for u, is_complete in complete.items() if is_complete is False]
    keys = [course.units[u].reference for u in replaced]
    blocked = next((u for u, is_complete in complete.items() if is_complete is None), "")
    return Job(
        submission,
        tuple(own[u] for u in unit.depends_on if u in own and u not in replaced),
        tuple(Submission("the answer key", u, key, (key,)) for u, key in zip(replaced, keys, strict=True)),
        f"{blocked}, which it depends on, was not run, so it is not known if that is complete"
        if blocked
        else "",
    )


def stage_job(course: Course, job: Job, scratch: Path) -> StagedJob:
    """Copy the module, and those that it depends on, into a folder in `scratch`: its box reads nothing else.

    The copy's path does not name the student: a module can see it, and must not sign with whatever name is there.
    """
    folder = Path(tempfile.mkdtemp(dir=scratch))
    digests: list[str] = []
    copies: list[StagedSubmission] = []
    faults = [job.blocked_by] if job.blocked_by else []
    for submission in (job.submission, *job.dependencies, *job.substituted):
        unit = course.units[submission.unit]
        (place := folder / unit.name).mkdir()
        try:
            with errors_of(submission.module):
                staged = apart(stage, submission, unit.module, place)
        except SubmissionError as error:
            digests.append("")
            faults.append(str(error))
        else:
            digests.append(staged.sha256)
            copies.append(staged)
    own, *others = digests
    between = len(job.dependencies)
    return StagedJob(
        job,
        folder,
        sha256=own,
        dependencies=_by_unit(job.dependencies, others[:between]),
        substituted=_by_unit(job.substituted, others[between:]),
        fault=faults[0] if faults else "",
        copies=tuple(copies),
    )


def _by_unit(submissions: Sequence[Submission], digests: Sequence[str]) -> dict[str, str]:
    return {s.unit: sha256 for s, sha256 in zip(submissions, digests, strict=True)}


def _is_complete(outs: Sequence[Path | None], student: str, unit: str) -> bool | None:
    """Return True if the first of `outs` with a grade has all core points of the unit; None if it was not run."""
    paths = [p for p in (record_path(out, student, unit) for out in outs if out) if p.exists()]
    for record in map(known_record, paths):
        if record and record.graded:
            core = record.score["core"]
            return core.earned == core.possible
    return None if paths else False
