"""The student's commands: pytest, told better."""

from __future__ import annotations

import ast
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from grader.cli.console import UsageError
from grader.cli.parameters import Device, UnitName
from grader.course import Course, Unit, find_course


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
        for node, marks in _public_tests(unit)
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
) -> None:
    """Run a failed test again on the very example that failed."""
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
    raise typer.Exit(_pytest(course, arguments))


def _on(device: str) -> list[str]:
    return [] if device == "cpu" else [f"--device={device}"]


def _pytest(course: Course, arguments: list[str]) -> int:
    return subprocess.call([sys.executable, "-m", "pytest", *arguments], cwd=course.root)


def _public_tests(unit: Unit) -> Iterator[tuple[ast.FunctionDef, dict[str, Any]]]:
    """The unit's tests and what their marks say, read and not run: no test has to be importable for its hint."""
    for file in sorted(unit.tests.glob("test_*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8")).body
        constants = {
            target.id: node.value
            for node in tree
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in tree:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield node, _marks_of(node, constants)


def _marks_of(test: ast.FunctionDef, constants: dict[str, ast.expr]) -> dict[str, Any]:
    marks = {}
    for decorator in test.decorator_list:
        for keyword in decorator.keywords if isinstance(decorator, ast.Call) else ():
            value = keyword.value
            if isinstance(value, ast.Name):
                value = constants.get(value.id, value)
            with contextlib.suppress(ValueError):  # not written out: a call, say
                marks[str(keyword.arg)] = ast.literal_eval(value)
    return marks
