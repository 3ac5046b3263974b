"""Find the submissions that a command names, and list them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.cli.console import UsageError, print_json, show_findings
from grader.course import Course
from grader.encodable import shown
from grader.intake.discovery.attribution import match_pattern
from grader.intake.discovery.discover import Discovery, discover
from grader.intake.discovery.findings import Finding
from grader.intake.discovery.roster import Roster, RosterError
from grader.intake.errors import UnreadableError


@dataclass(frozen=True)
class Selection:
    """Which submissions to grade, as the options of a command say.

    unit:   only this one
    roster: CSV file of the class
    match:  regular expression that finds the student in a path
    """

    path: Path
    unit: str | None = None
    roster: Path | None = None
    match: str | None = None


def find_submissions(course: Course, selection: Selection, scratch: Path) -> Discovery:
    """Find the submissions; archives are unpacked into `scratch`. Raises UsageError."""
    if not selection.path.exists():
        raise UsageError(f"there is no {selection.path}")
    try:
        roster = Roster.read(selection.roster) if selection.roster else None
        match = match_pattern(selection.match) if selection.match else None
        unit = course.unit(selection.unit) if selection.unit else None
        found = discover(
            selection.path.resolve(),
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
        return replace(found, submissions=wanted, dependencies=others)
    except (RosterError, ValueError) as error:
        raise UsageError(str(error)) from None
    except UnreadableError as error:  # of all that was given: of one student's files it is a finding
        raise UsageError(f"{selection.path} could not be looked through: {error}") from None


def require_submissions(course: Course, found: Discovery, path: Path) -> None:
    """Raise UsageError if there is nothing to grade, or no answer key of something."""
    if not found.submissions:
        raise UsageError(f"nothing to grade in {path}")
    units = {s.unit for s in found.submissions}
    if missing := sorted(u for u in units if not course.units[u].reference.exists()):
        raise UsageError(
            f"there is no answer key of {', '.join(missing)} in {course.root}, without which nothing is graded: "
            "a students' bundle has none"
        )


def finding_as_plain(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "student": finding.student,
        "path": shown(finding.path or ""),
        "text": shown(finding.text),
    }


def list_submissions(found: Discovery, as_data: bool) -> None:
    """Print what would be graded, as JSON or for people."""
    if as_data:
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
            "problems": [finding_as_plain(f) for f in found.findings],
        }
        print_json(listing)
        return
    for s in found.submissions:
        print(shown(f"{s.student:<24} {s.unit:<14} {s.module}{'  (late)' if s.late else ''}"))
    if not found.submissions:
        print("Nothing to grade.")
    show_findings(found)
