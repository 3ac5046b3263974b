"""The student's commands: pytest, told better."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.console import UsageError
from grader.cli.machine import choose_tier
from grader.cli.parameters import Device, TierName, UnitName
from grader.course import Course, find_course
from grader.course.marks import public_tests


def check(unit: UnitName = None, device: Device = "cpu") -> None:
    """Run the tests on your own work: `pytest`, on one unit or all."""
    course = find_course()
    folders = [str(course.unit(unit).tests)] if unit else []
    raise typer.Exit(_pytest(course, ["-q", *_on(device), *folders]))


def hint(test: str) -> None:
    """Show the hint of a test."""
    name = test.rpartition("::")[2].partition("[")[0]
    found = [
        f"{node.name}: {ast.get_docstring(node)}\n{marks.get('hint') or 'There is no hint for this one.'}"
        for unit in find_course().units.values()
        for node, marks in public_tests(unit)
        if name in (node.name, marks.get("function"))
    ]
    if not found:
        print(f"grader: there is no test and no function called {name}", file=sys.stderr)
        raise typer.Exit(2)
    print("\n\n".join(found))


def replay(
    test: str,
    record: Annotated[Path | None, typer.Option(help="replay what this record of a grading saw")] = None,
    submission: Annotated[Path | None, typer.Option(help="the module to run it on")] = None,
    device: Device = "cpu",
    tier: TierName = None,
) -> None:
    """Run a failed test again on the very example that failed.

    What --submission names runs behind walls, as in `grader grade`; your own work runs as in `grader check`.
    """
    course = find_course()
    name = test.rpartition("::")[2].partition("[")[0]
    arguments = ["-q", *_on(device), "-k", name, "--replay"]
    if record is not None:
        from grader.records import read_record

        try:
            kept = read_record(record)
        except (OSError, ValueError) as error:
            raise UsageError(f"the record {record} can't be read: {error}") from None
        arguments += [f"--replay-record={record.resolve()}", str(course.unit(kept.unit).tests)]
    if submission is not None:
        arguments.append(f"--submission={submission.resolve()}")
    if submission is not None or tier is not None:
        arguments.append(f"--tier={choose_tier(course, tier)}")
    raise typer.Exit(_pytest(course, arguments))


def _on(device: str) -> list[str]:
    return [] if device == "cpu" else [f"--device={device}"]


def _pytest(course: Course, arguments: list[str]) -> int:
    return subprocess.call([sys.executable, "-m", "pytest", *arguments], cwd=course.root)
