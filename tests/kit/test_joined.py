"""A unit that joins others: it imports the student's own modules, or the answer key's where that is asked for."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from support import command, course_of, needs_walls, student_pytest

ONE = """
title = "Doubling"
module = "doubling"
[functions.double]
"""
TWO = """
title = "Quadrupling"
module = "quadrupling"
joins = ["01_doubling"]
unreadable = ["numpy"]
[functions.quadruple]
[functions.peek]
"""
TEST_ONE = '''
from grader.suite import Mismatch, points

@points(1, of="double", hint="twice")
def test_double(student):
    """double(x) = 2x"""
    if student.double(3) != 6:
        raise Mismatch("double(3) is not 6")
'''
TEST_TWO = '''
from grader.suite import Mismatch, points

@points(1, of="quadruple", hint="twice, twice")
def test_quadruple(student):
    """quadruple(x) = 4x"""
    if student.quadruple(3) != 12:
        raise Mismatch(f"quadruple(3) is {student.quadruple(3)}")

@points(1, of="peek", hint="look")
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
PEEKING = """
from pathlib import Path
from doubling import double

def quadruple(x):
    return double(double(x))

def peek():
    import numpy, scipy
    found = []
    for package in (numpy, scipy):
        try:
            found.append(f"{package.__name__} {Path(package.__file__).read_bytes()[:1] is not None}")
        except OSError as error:
            found.append(f"{package.__name__} {type(error).__name__}")
    return ", ".join(found)
"""
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


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return write_course(tmp_path / "course")


def graded(course: Path, secret: Path, out: str, *options: object) -> dict[str, dict]:
    """Student → record of 02_quadrupling."""
    done = command("grade", "class", "--out", out, "--secret", secret, *options, cwd=course)
    assert done.returncode == 0, done.stdout + done.stderr
    files = (course / out / "records").glob("*/02_quadrupling.json")
    return {f.parent.name: json.loads(f.read_text()) for f in files}


def outcome(record: dict) -> tuple[str, str]:
    test = record["tests"][0]
    return test["outcome"], test["message"].split("\n")[0]


def test_at_home_it_imports_the_modules_beside_it(course: Path) -> None:
    done = student_pytest("--submission", "class/ann", "tests/02_quadrupling", cwd=course)
    assert "2 passed" in done.stdout, done.stdout + done.stderr
    done = student_pytest("--submission", "class/bob", "tests/02_quadrupling", cwd=course)
    assert "quadruple(3) is 5" in done.stdout, done.stdout + done.stderr


def test_without_answer_keys_nothing_is_graded_and_one_sentence_says_so(course: Path, secret: Path) -> None:
    shutil.rmtree(course / "reference")
    done = command("grade", "class", "--out", "out", "--secret", secret, cwd=course)
    assert done.returncode == 2
    assert "there is no answer key of 01_doubling, 02_quadrupling" in " ".join(done.stderr.split())


@needs_walls
def test_it_gets_the_students_own_units_and_no_others(course: Path, secret: Path) -> None:
    records = graded(course, secret, "out", "--unit", "02_quadrupling")
    assert outcome(records["ann"]) == ("pass", "")
    assert outcome(records["bob"]) == ("fail", "quadruple(3) is 5")
    assert (
        outcome(records["cyd"])[0] == "error" and "No module named 'doubling'" in outcome(records["cyd"])[1]
    )
    assert set(records["ann"]["submission"]["joined"]) == {"01_doubling"}
    assert records["ann"]["submission"]["joined"] != records["bob"]["submission"]["joined"]
    assert records["cyd"]["submission"]["joined"] == {}


@needs_walls
def test_the_answer_key_takes_the_place_of_what_is_not_complete(course: Path, secret: Path) -> None:
    records = graded(course, secret, "out", "--substitute")
    assert [outcome(records[s])[0] for s in ("ann", "bob", "cyd")] == ["pass", "pass", "pass"]
    assert [list(records[s]["submission"]["substituted"]) for s in ("ann", "bob", "cyd")] == [
        [],
        ["01_doubling"],
        ["01_doubling"],
    ]
    page = (course / "out" / "report" / "students" / "bob.html").read_text(encoding="utf-8")
    assert "the answer key was joined" in page

    refused = command("grade", "class", "--unit", "02_quadrupling", "--substitute", cwd=course)
    assert refused.returncode == 2 and "--substitute goes without --unit" in refused.stderr

    # Without the option the same submissions are graded again: what is joined is part of what is graded.
    records = graded(course, secret, "out")
    assert outcome(records["bob"]) == ("fail", "quadruple(3) is 5")


@needs_walls
def test_another_version_of_what_is_joined_is_graded_again(course: Path, secret: Path) -> None:
    assert outcome(graded(course, secret, "out")["bob"])[0] == "fail"
    (course / "class/bob/01_doubling/doubling.py").write_text(KEY_ONE)
    assert outcome(graded(course, secret, "out")["bob"])[0] == "pass"


@needs_walls
def test_unreadable_packages_can_be_imported_beforehand_and_not_read(course: Path, secret: Path) -> None:
    (course / "class/ann/02_quadrupling/quadrupling.py").write_text(PEEKING)
    record = graded(course, secret, "out", "--unit", "02_quadrupling")["ann"]
    [peek] = [t["message"] for t in record["tests"] if t["of"] == "peek"]
    assert peek.startswith("numpy PermissionError, scipy True"), peek
