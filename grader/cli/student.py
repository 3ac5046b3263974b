"""The student's commands: pytest, told better."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

from grader.course import Course


def check(course: Course, unit: str | None, device: str = "cpu") -> int:
    """pytest on the student's own work; its exit status."""
    folders = [str(course.unit(unit).tests)] if unit else []
    return _pytest(course, ["-q", *_on(device), *folders])


def hint(course: Course, test: str) -> int:
    """Print the hint of the test with that name; 2 when there is no such test."""
    name = test.rpartition("::")[2].partition("[")[0]
    for unit in course.units.values():
        for file in sorted(unit.tests.glob("test_*.py")):
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef) and node.name == name:
                    print(
                        f"{ast.get_docstring(node)}\n\n{_hint_in(node) or 'There is no hint for this one.'}"
                    )
                    return 0
    print(f"grader: there is no test called {name}", file=sys.stderr)
    return 2


def replay(
    course: Course, test: str, record: Path | None, submission: Path | None, device: str = "cpu"
) -> int:
    """Run the test on the example that failed, here or in a record; pytest's exit status."""
    name = test.rpartition("::")[2].partition("[")[0]
    arguments = ["-q", *_on(device), "-k", name, "--replay"]
    if record is not None:
        kept = json.loads(record.read_text(encoding="utf-8"))
        arguments += [f"--replay-record={record.resolve()}", str(course.unit(kept["unit"]).tests)]
    if submission is not None:
        arguments.append(f"--submission={submission.resolve()}")
    return _pytest(course, arguments)


def _on(device: str) -> list[str]:
    return [] if device == "cpu" else [f"--device={device}"]


def _pytest(course: Course, arguments: list[str]) -> int:
    return subprocess.call([sys.executable, "-m", "pytest", *arguments], cwd=course.root)


def _hint_in(node: ast.FunctionDef) -> str:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call):
            for keyword in decorator.keywords:
                if keyword.arg == "hint":
                    return str(ast.literal_eval(keyword.value))
    return ""
