"""A unit that joins others: it imports the student's own modules, or the answer key's where that is asked for."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from support import command, needs_walls, student_pytest
from support.joined_course import KEY_ONE, write_course

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
