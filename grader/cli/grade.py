"""The instructor's and the author's commands."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from pathlib import Path

from grader.box.devices.gpus import CPU, Target
from grader.classroom.grade import Run, grade_class
from grader.cli.console import UsageError, print_json, progress_bar, stderr, tell_not_run, tell_problems
from grader.cli.found import find_submissions, finding_as_plain, list_submissions, require_answer_keys
from grader.cli.grade_options import GradeOptions
from grader.cli.machine import choose_device, choose_tier, course_secret
from grader.cli.report import report
from grader.course import Course
from grader.files import as_json, write_atomically
from grader.intake.discovery.discover import Discovery
from grader.records.record import as_plain


def grade(course: Course, options: GradeOptions) -> int:
    """Grade a class. 0 when all was graded, whatever the grades; 1 when something was not run."""
    if options.substitute and (options.unit or options.json):
        raise UsageError(
            "--substitute goes without --unit and --json: which units are complete is known once all are graded"
        )
    if options.apply and not options.regrade:
        raise UsageError("--apply takes over what --regrade has graded: give both")
    if options.regrade and options.json:
        raise UsageError("--regrade goes without --json; OUT/regrade/changes.json holds what it found")
    with tempfile.TemporaryDirectory(prefix="grader-unpacked-") as scratch:
        found = find_submissions(course, options, Path(scratch))
        if options.dry_run:
            return list_submissions(found, options.json)
        tell_problems(found)
        if not found.submissions:
            raise UsageError(f"nothing to grade in {options.path}")
        if options.json and len(found.submissions) > 1:
            raise UsageError(
                f"--json prints one record, and {options.path} holds {len(found.submissions)} submissions"
            )
        require_answer_keys(course, {s.unit for s in found.submissions})
        on = choose_device(options.device, options.gpu_share)
        tier = choose_tier(course, options.tier)
        secret = course_secret(course, options.secret, made=not options.regrade)
        if options.json:
            with tempfile.TemporaryDirectory(prefix="grader-out-") as out:
                run = grade_class(
                    course,
                    found.submissions,
                    Path(out),
                    tier=tier,
                    secret=secret,
                    joined=found.joined,
                    target=on,
                )
            print_json(as_plain(run.records[0]))
            return 1 if run.not_run else 0
        if options.regrade:
            from grader.cli.regrade import regrade

            return regrade(course, found, options, tier=tier, secret=secret, target=on)
        return grade_and_report(
            course,
            found,
            options.out,
            tier=tier,
            secret=secret,
            jobs=options.jobs,
            substitute=options.substitute,
            target=on,
        )


def grade_and_report(
    course: Course,
    found: Discovery,
    out: Path,
    *,
    tier: str,
    secret: bytes,
    jobs: int,
    substitute: bool = False,
    target: Target = CPU,
    title: str = "",
) -> int:
    """Grade what was found, say how it went, and write the pages."""
    started = time.monotonic()
    with progress_bar("grading") as advance:
        run = grade_class(
            course,
            found.submissions,
            out,
            tier=tier,
            secret=secret,
            jobs=jobs,
            joined=found.joined,
            substitute=substitute,
            target=target,
            progress=advance,
        )
    seconds = time.monotonic() - started
    summary = {
        "title": title or out.resolve().name,
        "tier": tier,
        "seconds": round(seconds, 1),
        "problems": [finding_as_plain(p) for p in found.problems],
    }
    write_atomically(out / "summary.json", as_json(summary))
    _tell_run(run, seconds)
    try:
        report(course, out)
    except UsageError as error:
        stderr.print(str(error), markup=False)
    return 1 if run.not_run else 0


def _tell_run(run: Run, seconds: float) -> None:
    fresh = len(run.records) - run.graded_before
    print(
        f"{len(run.records)} graded: {fresh} now in {seconds:.0f} s, {run.graded_before} before, unchanged since."
    )
    outcomes = Counter(str(t.outcome) for r in run.records for t in r.tests)
    print("Tests: " + ", ".join(f"{n} {o}" for o, n in outcomes.most_common()))
    tell_not_run(run.not_run)
