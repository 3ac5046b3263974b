"""`grader demo`: grade a bundled class."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.classroom.conditions import GradingConditions
from grader.cli.console import show_findings
from grader.cli.grade import grade_and_report
from grader.cli.machine import DEFAULT_JOBS, choose_tier
from grader.cli.parameters import Jobs, TierName
from grader.course import find_course
from grader.intake.discovery.discover import discover


def demo(
    out: Annotated[Path, typer.Option(help="folder for the class and its report")] = Path("demo-class"),
    jobs: Jobs = DEFAULT_JOBS,
    tier: TierName = None,
    unit: Annotated[str | None, typer.Option(help="only this unit")] = None,
) -> None:
    """Grade a bundled class and write its report."""
    from grader.authoring.demo import DEMO_SECRET, write_class

    course = find_course()
    units = [course.unit(unit)] if unit else list(course.units.values())
    folder = write_class(units, out / "submissions")
    found = discover(folder, {u.name: u.module for u in course.units.values()}, workdir=out / "unpacked")
    show_findings(found)
    conditions = GradingConditions(course, choose_tier(course, tier), DEMO_SECRET)
    raise typer.Exit(grade_and_report(conditions, found, out, jobs=jobs, title="Demo class"))
