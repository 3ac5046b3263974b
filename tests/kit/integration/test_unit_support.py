"""A unit's support/: found at home and where it is graded, and that of hidden tests stays at home."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import command, outcomes, records_in, student_pytest, write_files
from support.small_course import RIGHT, WRONG, write_course

_SUPPORT = {
    "tests/01_doubling/support/__init__.py": "",
    "tests/01_doubling/support/checks.py": """
from grader.suite import Mismatch
from .numbers import NUMBER

def check(student):
    if student.double(NUMBER) != 2 * NUMBER:
        raise Mismatch(f"double({NUMBER}) is {student.double(NUMBER)}")
""",
    "tests/01_doubling/support/numbers.py": "NUMBER = -7\n",
    "tests/01_doubling/support/hidden_numbers.py": "NUMBER = 10**6\n",
    "tests/01_doubling/test_support.py": '''
from grader.suite import points
from .support.checks import check

@points(1, function="double", hint="twice")
def test_seven(student):
    """double(-7) = -14"""
    check(student)
''',
}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return write_files(write_course(tmp_path / "course", {"ann": RIGHT, "bob": WRONG}), _SUPPORT)


def test_support_is_found_at_home_and_where_it_is_graded(course: Path) -> None:
    done = student_pytest("--submission", "class/ann", cwd=course)
    assert "5 passed" in done.stdout, done.stdout + done.stderr
    done = student_pytest("--submission", "class/bob", cwd=course)
    assert "double(-7) is 14" in done.stdout, done.stdout + done.stderr
    done = command("grade", "class", "--out", "out", "--secret", "secret", "--tier", "T0", cwd=course)
    assert done.returncode == 0, done.stdout + done.stderr
    assert outcomes(records_in(course / "out")["ann"], "double") == {"pass"}


def test_a_change_of_support_grades_anew(course: Path) -> None:
    grade = ("grade", "class", "--out", "out", "--secret", "secret", "--tier", "T0")
    assert command(*grade, cwd=course).returncode == 0
    before = records_in(course / "out")["ann"]["suite_sha256"]
    (course / "tests/01_doubling/support/numbers.py").write_text("NUMBER = -8\n")
    assert command(*grade, cwd=course).returncode == 0
    assert records_in(course / "out")["ann"]["suite_sha256"] != before


def test_a_release_has_the_support_of_public_tests(course: Path) -> None:
    done = command("release", "--no-notebooks", "bundle", cwd=course)
    assert done.returncode == 0, done.stdout + done.stderr
    released = {p.name for p in (course / "bundle/tests/01_doubling/support").iterdir()}
    assert {"checks.py", "numbers.py"} <= released and "hidden_numbers.py" not in released
    done = student_pytest("--submission", course / "class/ann", cwd=course / "bundle")
    assert "4 passed" in done.stdout, done.stdout + done.stderr
