"""A course of one unit that is graded in no time: public, hidden and bonus tests of one function."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from support import course_of

UNIT = "01_doubling"
HIDDEN_EXAMPLE = "two words that only a hidden test knows"
FILES = {
    f"tests/{UNIT}/unit.toml": """
title = "Doubling"
module = "doubling"
[functions.double]
[functions.treble]
band = "stretch"
""",
    f"tests/{UNIT}/test_doubling.py": '''
from grader.suite import Mismatch, points

@points(2, function="double", hint="twice")
def test_double(student):
    """double(x) = 2x"""
    if student.double(3) != 6:
        raise Mismatch(f"double(3) is {student.double(3)}")

@points(3, function="double", band="robust", hint="signs")
def test_negative(student):
    """double(-x) = -double(x)"""
    if student.double(-1) != -2:
        raise Mismatch("double(-1) is not -2")

@points(4, function="treble", band="stretch", hint="thrice")
def test_treble(student):
    """treble(x) = 3x"""
    if student.treble(3) != 9:
        raise Mismatch("treble(3) is not 9")
''',
    f"tests/{UNIT}/test_hidden_doubling.py": f'''
from grader.suite import Mismatch, deepens

@deepens("test_negative")
def test_large(student):
    """Large numbers"""
    if student.double(10**6) != 2 * 10**6:
        raise Mismatch({HIDDEN_EXAMPLE!r})
''',
    f"reference/{UNIT}/doubling.py": '''"""Doubling."""


def double(x):
    """Twice x."""
    # BEGIN SOLUTION
    return x + x
    # END SOLUTION


def treble(x):
    """Three times x (stretch)."""
    # BEGIN SOLUTION
    return x + x + x
    # END SOLUTION
''',
    "secret": "the secret of the kit's tests\n",
}
RIGHT = "def double(x):\n    return 2 * x\n\n\ndef treble(x):\n    return 3 * x\n"  # 5 of 5, bonus 4
WRONG = "def double(x):\n    return abs(2 * x)\n"  # 2 of 5
SHALLOW = "def double(x):\n    return 2 * x if x < 1000 else 0\n"  # 2 of 5, for a hidden test

# What a runner of Classroom 50 has in its environment.
RUNNER = {
    "CLASSROOM": "deep",
    "ASSIGNMENT": "doubling",
    "SUBMISSION_TAG": "submit/2026-11-01T10-00-00Z-abc1234",
    "COMMIT_URL": "https://example.org/commit",
    "RELEASE_URL": "https://example.org/release",
    "OWNER": "zoe",
}


def write_course(root: Path, students: Mapping[str, str]) -> Path:
    """Write the course into `root`, with a folder class/ of students: name → text of their module."""
    course_of(root, FILES | {f"class/{student}/doubling.py": text for student, text in students.items()})
    (root / "secret").chmod(0o600)
    return root
