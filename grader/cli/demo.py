"""`grader demo`: grade a bundled class."""

from __future__ import annotations

from pathlib import Path

from grader.cli.console import tell_problems
from grader.cli.grade import grade_and_report
from grader.cli.machine import choose_tier
from grader.course import Course
from grader.intake.discovery.discover import discover


def demo(course: Course, out: Path, jobs: int, tier: str | None, unit: str | None) -> int:
    """Write the bundled class into `out`, grade it, report. Of all units, or of one."""
    from grader.authoring.demo import DEMO_SECRET, write_class

    units = [course.unit(unit)] if unit else list(course.units.values())
    folder = write_class(units, out / "submissions")
    found = discover(folder, {u.name: u.module for u in course.units.values()}, workdir=out / "unpacked")
    tell_problems(found)
    return grade_and_report(
        course, found, out, tier=choose_tier(course, tier), secret=DEMO_SECRET, jobs=jobs, title="Demo class"
    )
