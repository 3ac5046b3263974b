"""A unit's public tests and what their marks say, read and not run: no test has to be importable for it."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterator
from typing import Any

from grader.course.units import Unit


def public_tests(unit: Unit) -> Iterator[tuple[ast.FunctionDef, dict[str, Any]]]:
    """Yield each public test of the unit with the arguments of its decorators by name, `n` among them.

    Arguments that are not written out, such as calls, are left out.
    """
    for file in sorted(unit.tests.glob("test_*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8")).body
        constants = dict(_assigned(tree))
        for node in tree:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                marks = _marks_of(node, constants)
                if "function" in marks:  # a hidden test has none
                    yield node, marks


def _assigned(tree: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """Yield the names that a module binds at its top, `a, b = 1, 2` as well, and what they are bound to."""
    for node in (node for node in tree if isinstance(node, ast.Assign)):
        for target in node.targets:
            if isinstance(target, ast.Name):
                yield target.id, node.value
            elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                names = (name.id if isinstance(name, ast.Name) else "" for name in target.elts)
                yield from zip(names, node.value.elts, strict=False)


def _marks_of(test: ast.FunctionDef, constants: dict[str, ast.expr]) -> dict[str, Any]:
    marks: dict[str, Any] = {}
    for decorator in test.decorator_list:
        if not isinstance(decorator, ast.Call):
            continue
        written = {str(keyword.arg): keyword.value for keyword in decorator.keywords}
        if "function" in written and decorator.args:
            written["n"] = decorator.args[0]
        else:
            written.pop("n", None)  # a drawn argument of the test's own
        for name, value in written.items():
            if isinstance(value, ast.Name):
                value = constants.get(value.id, value)
            with contextlib.suppress(ValueError):  # not written out: a call, say
                marks[name] = ast.literal_eval(value)
    return marks
