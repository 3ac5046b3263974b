"""`grader demo`: grade a bundled class."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.classroom.conditions import GradingConditions
from grader.cli.console import UsageError, show_findings
from grader.cli.grade import grade_and_report
from grader.cli.machine import DEFAULT_JOBS, choose_tier
from grader.cli.parameters import Jobs, TierName
from grader.course import Course, Unit, find_course
from grader.intake.discovery.discover import discover


def demo(
    out: Annotated[Path, typer.Option(help="folder for the class and its report")] = Path("demo-class"),
    jobs: Jobs = DEFAULT_JOBS,
    tier: TierName = None,
    unit: Annotated[str | None, typer.Option(help="only this unit, with all who handed it in")] = None,
    all_units: Annotated[
        bool, typer.Option("--all", help="all units, with all who handed them in: many minutes")
    ] = False,
) -> None:
    """Grade a bundled class and write its report: some 20 students in about a minute."""
    from grader.authoring.demo import DEMO_SECRET, NotADemoError, require_demo, write_class

    course = find_course()
    units = _units(course, unit, all_units=all_units)
    try:
        require_demo(out / "records")
        folder = write_class(units, out / "submissions", whole=all_units or unit is not None)
    except NotADemoError as error:
        raise UsageError(f"{error}: choose another --out") from None
    found = discover(folder, {u.name: u.module for u in course.units.values()}, workdir=out / "unpacked")
    show_findings(found)
    conditions = GradingConditions(course, choose_tier(course, tier), DEMO_SECRET)
    raise typer.Exit(grade_and_report(conditions, found, out, jobs=jobs, title="Demo class"))


def _units(course: Course, name: str | None, *, all_units: bool) -> list[Unit]:
    from grader.authoring.demo import units_of_first_class

    if name:
        return [course.unit(name)]
    everything = list(course.units.values())
    if not (all_units or units_of_first_class(everything)):
        raise UsageError(
            f"{course.root} has none of the units of the small class: `grader demo --all` has all"
        )
    return everything if all_units else units_of_first_class(everything)
