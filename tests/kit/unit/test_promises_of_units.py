"""Handout, stub and tests of each unit promise the same: each test quotes its words, each promise has a test."""

from __future__ import annotations

import ast

import pytest
from support import ROOT

from grader.authoring.promises import promises_and_citations
from grader.course import Course
from grader.course.marks import public_tests

COURSE = Course(ROOT)


@pytest.mark.parametrize("unit", COURSE.units)
def test_promises_and_tests_agree(unit: str) -> None:
    found = promises_and_citations(COURSE.unit(unit))
    assert found.citations
    assert found.problems() == []


@pytest.mark.parametrize("unit", COURSE.units)
def test_every_test_with_points_is_read(unit: str) -> None:
    given = {
        node.name
        for file in COURSE.unit(unit).tests.glob("test_*.py")
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "points"
    }
    read = {node.name: marks for node, marks in public_tests(COURSE.unit(unit))}
    assert given <= set(read)  # some units have decorators of their own that give points
    assert all(isinstance(marks.get("n"), int) for marks in read.values())
