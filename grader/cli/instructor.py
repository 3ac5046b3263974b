"""The instructor's and the author's commands."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from grader.box.gpus import CPU, NoSuchDevice, Target, look, target
from grader.box.walls import Tier, WallError, best_tier, default_readable
from grader.box.walls.selftest import Finding, run_selftest
from grader.classroom.discovery import Discovery, discover
from grader.classroom.files import as_json, read_secret, write_atomically
from grader.classroom.grade import Run, grade_class
from grader.classroom.naming import match_pattern
from grader.classroom.problems import Problem, shown
from grader.classroom.roster import Roster, RosterError
from grader.course import Course

DEFAULT_JOBS = os.cpu_count() or 1
_say = Console(stderr=True, highlight=False)
_NO_WALLS = (
    "This machine does not offer the walls of tier T1, so a submission could read, change and end whatever you "
    "can. What fails:\n{findings}\nTo grade without walls all the same, ask for it by name: --tier T0"
)


class UsageError(Exception):
    """The command can't be carried out as given. The text says what to do."""


@dataclass(frozen=True)
class GradeOptions:
    """The options of `grader grade`."""

    path: Path
    unit: str | None
    out: Path
    jobs: int
    tier: str | None
    secret: Path | None
    roster: Path | None
    match: str | None
    json: bool
    dry_run: bool
    substitute: bool
    device: str = "cpu"
    gpu_share: int = 1
    regrade: bool = False
    apply: bool = False


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
        found = _find(course, options, Path(scratch))
        if options.dry_run:
            return _list(found, options.json)
        _tell_problems(found)
        if not found.submissions:
            raise UsageError(f"nothing to grade in {options.path}")
        if options.json and len(found.submissions) > 1:
            raise UsageError(
                f"--json prints one record, and {options.path} holds {len(found.submissions)} submissions"
            )
        _require_answer_keys(course, {s.unit for s in found.submissions})
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
            print(as_json(run.records[0]), end="")
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
        "problems": [_plain(p) for p in found.problems],
    }
    write_atomically(out / "summary.json", as_json(summary))
    _tell_run(run, seconds)
    try:
        report(course, out)
    except UsageError as error:
        _say.print(str(error), markup=False)
    return 1 if run.not_run else 0


def report(course: Course | None, folder: Path) -> int:
    """Write the pages of a graded class and say where they are."""
    from grader.report import ReportError, note_rubrics, write_report

    def tell(text: str) -> None:
        print(f"NOT COUNTED: {shown(text)}", file=sys.stderr)

    try:
        if course:
            note_rubrics(folder, {u.name: u.tests for u in course.units.values()})
        page = write_report(folder, tell=tell)
    except ReportError as error:
        raise UsageError(str(error)) from None
    print(f"Report: {page}")
    return 0


def doctor() -> int:
    """Print what this machine offers. 0 when T1 stands, else 1."""
    from grader.judge.record import versions

    for name, version in versions().items():
        print(f"{name:<12} {version}")
    findings = _selftest(Tier.T1, None)
    table = Table(title=f"Tier T1: {Tier.T1.description}")
    for column in ("attempt from inside", "has to be", "was", ""):
        table.add_column(column)
    for f in findings:
        table.add_row(f.name, f.expected, f.outcome, "ok" if f.ok else f"NOT OK: {f.detail}")
    Console(highlight=False).print(table)
    stands = all(f.ok for f in findings)
    print(f"Best tier here: {'T1' if stands else 'T0'}. T2 and T3 are not built yet.")
    for line in _gpus():
        print(line)
    return 0 if stands else 1


def _gpus() -> Iterator[str]:
    """What `--device` may name here, in words."""
    found = look()
    if found.trouble:
        yield f"GPU: {found.trouble}"
    for k, gpu in enumerate(found.gpus):
        yield (
            f"GPU {k}: {gpu.name}, {gpu.memory / 2**30:.0f} GiB; CUDA {found.cuda}, driver {found.driver or '?'} "
            "(--device cuda; behind the walls never tried by us)"
        )
    if not found.gpus and not found.trouble:
        yield f"GPU: none{'' if found.cuda else ', and this torch is built for CPUs alone'}"
    yield f"mps: {'there (never tried by us)' if found.mps else 'none'}"


def choose_device(name: str, share: int = 1) -> Target:
    """The device to grade on. Raises UsageError when it is not here."""
    try:
        return target(name, share)
    except NoSuchDevice as error:
        raise UsageError(str(error)) from None


def demo(course: Course, out: Path, jobs: int, tier: str | None, unit: str | None) -> int:
    """Write the bundled class into `out`, grade it, report. Of all units, or of one."""
    from grader.demo import DEMO_SECRET, write_class

    units = [course.unit(unit)] if unit else list(course.units.values())
    folder = write_class(units, out / "submissions")
    found = discover(folder, {u.name: u.module for u in course.units.values()}, workdir=out / "unpacked")
    _tell_problems(found)
    return grade_and_report(
        course, found, out, tier=choose_tier(course, tier), secret=DEMO_SECRET, jobs=jobs, title="Demo class"
    )


def course_secret(course: Course, file: Path | None = None, *, made: bool = True) -> bytes:
    """What decides the seeds: of `file`, or else of the course. With `made`, it is made at first use.

    Raises FilesError, and UsageError where it would have to be made.
    """
    place = file or course.root / ".grader" / "secret"
    if not made and not place.exists():
        raise UsageError(f"there is no secret at {place}: name the one of the grading with --secret")
    return read_secret(place)


def _require_answer_keys(course: Course, units: Collection[str]) -> None:
    if missing := sorted(u for u in units if not course.units[u].reference.exists()):
        raise UsageError(
            f"there is no answer key of {', '.join(missing)} in {course.root}, without which nothing is graded: "
            "a students' bundle has none"
        )


def named_tier(asked: str | None) -> Tier:
    """The tier of that name, by default T1, whatever this machine offers. Raises UsageError."""
    try:
        tier = Tier.parse(asked) if asked else Tier.T1
        tier.require_built()
    except (ValueError, WallError) as error:
        raise UsageError(str(error)) from None
    return tier


def choose_tier(course: Course, asked: str | None) -> str:
    """The tier to grade with. Raises UsageError below T1 unless T0 was asked for by name."""
    tier = named_tier(asked)
    if tier is Tier.T0:
        _say.print("[yellow]Tier T0: submissions run without walls, as you asked.[/]")
        return tier.name
    failed = [f for f in _selftest(tier, course) if not f.ok]
    if failed:
        findings = "\n".join(f"  - {f.name}: {f.outcome} {f.detail}" for f in failed)
        raise UsageError(_NO_WALLS.format(findings=findings))
    return tier.name


def _selftest(tier: Tier, course: Course | None) -> list[Finding]:
    if best_tier() is Tier.T0:
        return [Finding("walls", "allowed", "denied", False, "no Landlock or no seccomp on this system")]
    secrets = [u.reference for u in course.units.values() if u.reference.exists()] if course else []
    secrets += [p for u in course.units.values() for p in u.tests.glob("test_hidden_*.py")] if course else []
    return list(run_selftest(tier, secrets, default_readable()))


def _find(course: Course, options: GradeOptions, scratch: Path) -> Discovery:
    if not options.path.exists():
        raise UsageError(f"there is no {options.path}")
    try:
        roster = Roster.read(options.roster) if options.roster else None
        match = match_pattern(options.match) if options.match else None
        unit = course.unit(options.unit) if options.unit else None
        found = discover(
            options.path.resolve(),
            {u.name: u.module for u in course.units.values()},
            only_unit=unit.name if unit and not unit.joins else None,
            roster=roster,
            match=match,
            workdir=scratch,
        )
        if unit is None or not unit.joins:
            return found
        wanted = tuple(s for s in found.submissions if s.unit == unit.name)
        others = tuple(s for s in found.submissions if s.unit in unit.joins)
        return replace(found, submissions=wanted, joined=others)
    except (RosterError, ValueError) as error:
        raise UsageError(str(error)) from None


def _plain(problem: Problem) -> dict[str, Any]:
    return {
        "kind": problem.kind,
        "student": problem.student,
        "path": shown(problem.path or ""),
        "text": shown(problem.text),
    }


def _list(found: Discovery, as_lines_of_json: bool) -> int:
    if as_lines_of_json:
        listing = {
            "submissions": [
                {
                    "student": s.student,
                    "unit": s.unit,
                    "module": shown(s.module),
                    "files": len(s.files),
                    "late": s.late,
                }
                for s in found.submissions
            ],
            "problems": [_plain(p) for p in found.problems],
        }
        print(as_json(listing), end="")
        return 0
    for s in found.submissions:
        print(shown(f"{s.student:<24} {s.unit:<14} {s.module}{'  (late)' if s.late else ''}"))
    _tell_problems(found)
    return 0


def _tell_problems(found: Discovery) -> None:
    for p in found.problems:
        _say.print(shown(f"{p.kind}: {p.text}"), style="yellow", markup=False)


def _tell_run(run: Run, seconds: float) -> None:
    fresh = len(run.records) - run.graded_before
    print(
        f"{len(run.records)} graded: {fresh} now in {seconds:.0f} s, {run.graded_before} before, unchanged since."
    )
    outcomes = Counter(t["outcome"] for r in run.records for t in r["tests"])
    print("Tests: " + ", ".join(f"{n} {o}" for o, n in outcomes.most_common()))
    tell_not_run(run.not_run)


def tell_not_run(records: Sequence[dict[str, Any]], more: str = "") -> None:
    for record in records:
        text = record.get("fault") or "a test could not be run"
        print(shown(f"NOT GRADED: {record['student']}, {record['unit']}: {text}{more}"), file=sys.stderr)


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=_say, transient=True) as bar:
        task = bar.add_task(what, total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield advance
