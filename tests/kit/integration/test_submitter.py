"""Tests that depend on whose work it is, and on the form of an answer alone: seen on a small course made for it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support import ROOT, command, needs_walls, records_in, student_pytest

TOML = 'title = "Signing"\nmodule = "signing"\n[functions.sign]\nreturns = "any"\n'
KEY = '''"""Signing."""
NAME = "the key"  # STUB: NAME = ""


def sign():
    """NAME, and the length of it."""
    # BEGIN SOLUTION
    return [NAME, len(NAME)]
    # END SOLUTION
'''
TESTS = '''
from grader.suite import points, require

HINT = "Sign " \\
    "your work."

@points(2, function="sign", hint=HINT, form=True)
def test_name(student, submitter):
    """sign()[0] is a name"""
    name = student.sign()[0]
    require(isinstance(name, str), "no name")
    require(not submitter or name == submitter, f"{name} is not {submitter}")
'''
HIDDEN = '''
from grader.suite import deepens, require

@deepens("test_name")
def test_length(student):
    """sign()[1] is its length"""
    name, length = student.sign()
    require(len(name) == length, "another length")
'''


@pytest.fixture
def course(tmp_path: Path) -> Path:
    unit = tmp_path / "tests" / "01_signing"
    unit.mkdir(parents=True)
    (unit / "unit.toml").write_text(TOML)
    (unit / "test_signing.py").write_text(TESTS)
    (unit / "test_hidden_signing.py").write_text(HIDDEN)
    key = tmp_path / "reference" / "01_signing" / "signing.py"
    key.parent.mkdir(parents=True)
    key.write_text(KEY)
    shutil.copy(ROOT / "conftest.py", tmp_path)
    return tmp_path


@pytest.fixture
def graded(course: Path) -> Callable[..., dict]:
    def grade(**work: str) -> dict:
        for student, text in work.items():
            (folder := course / "class" / student).mkdir(parents=True)
            (folder / "signing.py").write_text(text)
        done = command("grade", "class", "--out", "out", "--unit", "signing", cwd=course)
        assert done.returncode == 0, done.stderr
        return records_in(course / "out")

    return grade


def outcomes(record: dict) -> list[str]:
    return [t["outcome"] for t in record["tests"]]


@needs_walls
def test_a_value_that_a_test_stumbles_over_is_the_submissions_fault(graded: Callable[..., dict]) -> None:
    records = graded(
        ada="def sign():\n    return ['ada', 3]\n",
        grace="def sign():\n    return None\n",
        ida="def sign():\n    return ['ada', 3]\n",
    )
    assert outcomes(records["ada"]) == ["pass", "pass"]
    assert outcomes(records["grace"]) == ["error", "error"], "the key is not grace's, and is not asked to be"
    assert outcomes(records["ida"]) == ["fail", "pass"]
    assert {r["status"] for r in records.values()} == {"graded"}


@needs_walls
def test_a_module_can_not_read_its_owners_name_off_its_path(graded: Callable[..., dict]) -> None:
    signs = "def sign():\n    return [next((n for n in ('ada', 'grace') if n in __file__), ''), 0]\n"
    records = graded(ada=signs, grace=signs)
    assert [outcomes(r)[0] for r in records.values()] == ["fail", "fail"]


def test_at_home_points_for_the_form_alone_are_told_as_such(course: Path) -> None:
    work = "def sign():\n    return ['ada', 4]\n"
    (course / "mine.py").write_text(work)
    done = student_pytest("--submission", "mine.py", cwd=course)
    assert "(2 of these for the form" not in done.stdout, "the hidden test is here"
    (course / "tests" / "01_signing" / "test_hidden_signing.py").unlink()
    done = student_pytest("--submission", "mine.py", cwd=course)
    assert "2 of 2 points  (2 of these for the form of answers" in done.stdout


@pytest.mark.parametrize("asked", ["test_name", "sign", "tests/01_signing/test_signing.py::test_name"])
def test_a_hint_may_be_a_constant_and_is_found_by_its_function(course: Path, asked: str) -> None:
    done = command("hint", asked, cwd=course)
    assert done.returncode == 0
    assert "sign()[0] is a name" in done.stdout and "Sign your work." in done.stdout
