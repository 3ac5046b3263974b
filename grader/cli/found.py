"""Find the submissions that a command names, and list them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.cli.console import UsageError, print_json, tell_problems
from grader.cli.grade_options import GradeOptions
from grader.course import Course
from grader.intake.discovery.attribution import match_pattern
from grader.intake.discovery.discover import Discovery, discover
from grader.intake.discovery.findings import Problem, shown
from grader.intake.discovery.roster import Roster, RosterError


def require_answer_keys(course: Course, units: Collection[str]) -> None:
    if missing := sorted(u for u in units if not course.units[u].reference.exists()):
        raise UsageError(
            f"there is no answer key of {', '.join(missing)} in {course.root}, without which nothing is graded: "
            "a students' bundle has none"
        )


def find_submissions(course: Course, options: GradeOptions, scratch: Path) -> Discovery:
    if not options.path.exists():
        raise UsageError(f"there is no {options.path}")
    try:
        roster = Roster.read(options.roster) if options.roster else None
        match = match_pattern(options.match) if options.match else None
        unit = course.unit(options.unit) if options.unit else None
        found = discover(
            options.path.resolve(),
            {u.name: u.module for u in course.units.values()},
            only_unit=unit.name if unit and not unit.depends_on else None,
            roster=roster,
            match=match,
            workdir=scratch,
        )
        if unit is None or not unit.depends_on:
            return found
        wanted = tuple(s for s in found.submissions if s.unit == unit.name)
        others = tuple(s for s in found.submissions if s.unit in unit.depends_on)
        return replace(found, submissions=wanted, joined=others)
    except (RosterError, ValueError) as error:
        raise UsageError(str(error)) from None


def finding_as_plain(problem: Problem) -> dict[str, Any]:
    return {
        "kind": problem.kind,
        "student": problem.student,
        "path": shown(problem.path or ""),
        "text": shown(problem.text),
    }


def list_submissions(found: Discovery, as_lines_of_json: bool) -> int:
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
            "problems": [finding_as_plain(p) for p in found.problems],
        }
        print_json(listing)
        return 0
    for s in found.submissions:
        print(shown(f"{s.student:<24} {s.unit:<14} {s.module}{'  (late)' if s.late else ''}"))
    tell_problems(found)
    return 0
