"""A small course of two units, of which the second joins the first, and a class of three."""

from __future__ import annotations

from pathlib import Path

from support import course_of

ONE = """
title = "Doubling"
module = "doubling"
[functions.double]
"""
TWO = """
title = "Quadrupling"
module = "quadrupling"
depends_on = ["01_doubling"]
unreadable = ["numpy"]
[functions.quadruple]
[functions.peek]
"""
TEST_ONE = '''
from grader.suite import Mismatch, points

@points(1, function="double", hint="twice")
def test_double(student):
    """double(x) = 2x"""
    if student.double(3) != 6:
        raise Mismatch("double(3) is not 6")
'''
TEST_TWO = '''
from grader.suite import Mismatch, points

@points(1, function="quadruple", hint="twice, twice")
def test_quadruple(student):
    """quadruple(x) = 4x"""
    if student.quadruple(3) != 12:
        raise Mismatch(f"quadruple(3) is {student.quadruple(3)}")

@points(1, function="peek", hint="look")
def test_peek(student):
    """What the box says that it can read"""
    if found := student.peek():
        raise Mismatch(found)
'''
KEY_ONE = '''"""Doubling."""


def double(x):
    """Twice x."""
    # BEGIN SOLUTION
    return x + x
    # END SOLUTION
'''
KEY_TWO = '''"""Quadrupling."""

from doubling import double


def quadruple(x):
    """Four times x."""
    # BEGIN SOLUTION
    return double(double(x))
    # END SOLUTION


def peek():
    """Nothing."""
    # BEGIN SOLUTION
    return ""
    # END SOLUTION
'''
WRONG_ONE = "def double(x):\n    return x + 1\n"


def write_course(root: Path) -> Path:
    """Two units, of which the second joins the first, and a class: complete, with a mistake, without the first."""
    files = {
        "tests/01_doubling/unit.toml": ONE,
        "tests/01_doubling/test_doubling.py": TEST_ONE,
        "tests/02_quadrupling/unit.toml": TWO,
        "tests/02_quadrupling/test_quadrupling.py": TEST_TWO,
        "reference/01_doubling/doubling.py": KEY_ONE,
        "reference/02_quadrupling/quadrupling.py": KEY_TWO,
        "class/ann/01_doubling/doubling.py": KEY_ONE,
        "class/ann/02_quadrupling/quadrupling.py": KEY_TWO,
        "class/bob/01_doubling/doubling.py": WRONG_ONE,
        "class/bob/02_quadrupling/quadrupling.py": KEY_TWO,
        "class/cyd/02_quadrupling/quadrupling.py": KEY_TWO,
    }
    return course_of(root, files)
