"""`grader grade`: grade a class, or one submission."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from grader.classroom.conditions import GradingConditions
from grader.classroom.grade import Run, grade_class
from grader.cli.console import (
    GradingDisplay,
    UsageError,
    print_json,
    show_findings,
    show_not_run,
    show_renamed,
    stderr,
)
from grader.cli.found import (
    Selection,
    find_submissions,
    finding_as_plain,
    list_submissions,
    require_submissions,
)
from grader.cli.live_pages import live_pages
from grader.cli.machine import DEFAULT_JOBS, choose_conditions
from grader.cli.parameters import (
    Device,
    GpuShare,
    Jobs,
    Match,
    OnlyUnit,
    Out,
    RosterFile,
    SecretFile,
    Submissions,
    Substitute,
    TierName,
)
from grader.cli.regrade import regrade_found
from grader.cli.report import write_pages
from grader.course import Course, find_course
from grader.encodable import shown
from grader.files import as_json, write_atomically
from grader.intake.discovery.discover import Discovery
from grader.records.record import as_plain
from grader.records.words import LABELS
from grader.temporary import temporary_folder


def grade(
    path: Submissions,
    unit: OnlyUnit = None,
    out: Out = Path("graded"),
    jobs: Jobs = DEFAULT_JOBS,
    tier: TierName = None,
    secret: SecretFile = None,
    roster: RosterFile = None,
    match: Match = None,
    json: Annotated[bool, typer.Option("--json", help="print the record of a single submission")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only list what would be graded")] = False,
    substitute: Substitute = False,
    device: Device = "cpu",
    gpu_share: GpuShare = 1,
    regrade: Annotated[bool, typer.Option("--regrade", hidden=True)] = False,
    apply: Annotated[bool, typer.Option("--apply", hidden=True)] = False,
) -> None:
    """Grade submissions behind walls, into records and a report.

    Interrupted? Run it again: nothing is graded twice.
    """
    _check_options(unit=unit, json=json, substitute=substitute, regrade=regrade, apply=apply)
    course = find_course()
    with temporary_folder("grader-unpacked-") as scratch:
        found = find_submissions(course, Selection(path, unit, roster, match), scratch)
        if dry_run:
            list_submissions(found, json)
            return
        show_findings(found)
        require_submissions(course, found, path)
        if json and len(found.submissions) > 1:
            raise UsageError(
                f"--json prints one record, and {path} holds {len(found.submissions)} submissions"
            )
        conditions = choose_conditions(
            course, tier=tier, secret=secret, device=device, gpu_share=gpu_share, make_secret=not regrade
        )
        if json:
            status = _print_record(conditions, found)
        elif regrade:
            show_renamed("grader grade --regrade", "grader regrade")
            status = regrade_found(conditions, found, out, jobs=jobs, substitute=substitute, apply=apply)
        else:
            status = grade_and_report(conditions, found, out, jobs=jobs, substitute=substitute)
    raise typer.Exit(status)


def grade_and_report(
    conditions: GradingConditions,
    found: Discovery,
    out: Path,
    *,
    jobs: int,
    substitute: bool = False,
    title: str = "",
) -> int:
    """Grade what was found, say how it went, and write the pages, from the first moment on.

    Return 1 when something was not run, else 0.
    """
    started = time.monotonic()
    summary = {
        "title": title or out.resolve().name,
        "tier": conditions.tier,
        "problems": [finding_as_plain(f) for f in found.findings],
    }
    with live_pages(conditions.course, out) as pages:
        with GradingDisplay("grading") as display:

            def advance(done: int, total: int) -> None:
                if not done:  # `out` is ours now
                    write_atomically(out / "summary.json", as_json(summary), private=True)
                display.show_done(done, total)
                pages.advance(done, total)

            run = grade_class(
                conditions,
                found.submissions,
                out,
                jobs=jobs,
                dependencies=found.dependencies,
                substitute=substitute,
                progress=advance,
                in_flight=display.show_in_flight,
            )
            pages.finish()
        seconds = time.monotonic() - started
        after = {**summary, "seconds": round(seconds, 1)}
        write_atomically(out / "summary.json", as_json(after), private=True)
        _show_run(run, seconds)
        _write_pages_if_possible(conditions.course, out)
    return 1 if run.not_run else 0


def _check_options(*, unit: str | None, json: bool, substitute: bool, regrade: bool, apply: bool) -> None:
    if substitute and (unit or json):
        raise UsageError(
            "--substitute goes without --unit and --json: which units are complete is known once all are graded"
        )
    if apply and not regrade:
        raise UsageError("--apply makes a regrade the records: use `grader regrade PATH --apply`")
    if regrade and json:
        raise UsageError("--regrade goes without --json; OUT/regrade/changes.json holds what it found")


def _print_record(conditions: GradingConditions, found: Discovery) -> int:
    with temporary_folder("grader-out-") as folder:
        run = grade_class(conditions, found.submissions, folder / "out", dependencies=found.dependencies)
    print_json(as_plain(run.records[0]))
    return 1 if run.not_run else 0


def _write_pages_if_possible(course: Course, out: Path) -> None:
    try:
        write_pages(course, out)
    except UsageError as error:
        stderr.print(str(error), markup=False)


def _show_run(run: Run, seconds: float) -> None:
    fresh = len(run.records) - run.graded_before
    before = f", {run.graded_before} before, unchanged since" if run.graded_before else ""
    print(f"{len(run.records)} graded: {fresh} now in {seconds:.0f} s{before}.")
    outcomes = Counter(t.outcome for r in run.records for t in r.tests)
    words = ", ".join(f"{n} {LABELS[outcome].words}" for outcome, n in outcomes.most_common())
    print(f"Tests: {words}")
    for record in run.records:
        if record.flags:
            print(
                shown(
                    f"To look at: {record.student}, {record.unit}: the source names {', '.join(record.flags)}"
                )
            )
    show_not_run(run.not_run)
