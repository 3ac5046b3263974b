"""Grading again after a suite was mended: who changes is shown first, and nothing is replaced without a yes."""

from __future__ import annotations

import json
import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from support import ROOT, command, course_of, killed_in_the_middle, started

UNIT = "01_doubling"
TOML = """
title = "Doubling"
module = "doubling"
[functions.double]
"""
SUITE = '''
from grader.suite import Mismatch, points

@points(2, function="double", hint="twice")
def test_double(student):
    """double(x) = 2x"""
    if student.double(3) != 6:
        raise Mismatch("double(3) is not 6")

@points(3, function="double", band="robust", hint="signs")
def test_negative(student):
    """double(-x) = -double(x)"""
    if student.double(-1) != {wanted}:
        raise Mismatch("double(-1) is wrong")
{more}'''
NEW_TEST = '''
@points(1, function="double", band="stretch")
def test_text(student):
    """double("a") = "aa\\""""
    if student.double("a") != "aa":
        raise Mismatch("not doubled")
'''
STUMBLES = '''
@points(1, function="double")
def test_stumbles(student):
    """a test with a fault of its own"""
    raise RuntimeError("the author's mistake")
'''
WRONG, MENDED = SUITE.format(wanted=2, more=""), SUITE.format(wanted=-2, more="")
KEY = '''"""Doubling."""


def double(x):
    """Twice x."""
    # BEGIN SOLUTION
    return {solution}
    # END SOLUTION
'''
WRONG_KEY, MENDED_KEY = KEY.format(solution="x * 2 if x == 'a' else 2 * abs(x)"), KEY.format(solution="x + x")
CLASS = {
    "ann": "def double(x):\n    return 2 * x\n",
    "bob": "def double(x):\n    return 2 * abs(x)\n",
    "cyd": "def double(x):\n    return 0\n",
    "zoë": "import time\n\ntime.sleep(1)\n\n\ndef double(x):\n    return x + x\n",
}


def grade(course: Path, *more: object) -> subprocess.CompletedProcess[str]:
    return command(*arguments(*more), cwd=course)


def arguments(*more: object) -> list[object]:
    name = "grade"
    if "--regrade" in more and "--json" not in more:  # only `grade --regrade` knows --json
        name, more = "regrade", tuple(m for m in more if m != "--regrade")
    return [name, "class", "--out", "out", "--secret", "secret", "--tier", "T0", "--jobs", "1", *more]


def records(folder: Path) -> dict[str, dict[str, Any]]:
    return {f.parent.name: json.loads(f.read_text()) for f in folder.glob(f"records/*/{UNIT}.json")}


def earned(record: dict[str, Any]) -> int:
    return int(sum(record["score"][band]["earned"] for band in ("core", "robust")))


def mend(course: Path, text: str = MENDED, key: str = MENDED_KEY) -> None:
    (course / "reference" / UNIT / "doubling.py").write_text(key)
    (course / "tests" / UNIT / "test_doubling.py").write_text(text)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose suite has a mistake, and a class graded with it."""
    root = tmp_path_factory.mktemp("course")
    files = {
        f"tests/{UNIT}/unit.toml": TOML,
        f"tests/{UNIT}/test_doubling.py": WRONG,
        f"reference/{UNIT}/doubling.py": WRONG_KEY,
        "secret": "the secret of the kit's tests\n",
    } | {f"class/{student}/doubling.py": text for student, text in CLASS.items()}
    course_of(root, files)
    (root / "secret").chmod(0o600)
    done = grade(root)
    assert done.returncode == 0, done.stderr
    assert {s: earned(r) for s, r in records(root / "out").items()} == {
        "ann": 2,
        "bob": 5,
        "cyd": 0,
        "zoë": 2,
    }
    return root


@pytest.fixture(scope="module")
def shown(graded: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The course with its suite mended and its class graded again, and what that said."""
    course = shutil.copytree(graded, tmp_path_factory.mktemp("mended") / "course")
    mend(course)
    done = grade(course, "--regrade")
    assert done.returncode == 0, done.stdout + done.stderr
    return course, done.stdout


def test_it_shows_who_changes_the_losers_first(shown: tuple[Path, str]) -> None:
    _, said = shown
    lines = [line.strip() for line in said.splitlines()]
    fell, rose = lines.index("FELL:"), lines.index("Rose:")
    assert fell < rose
    assert lines[fell + 1] == f"bob, {UNIT}: 5 → 2 of 5"
    assert "test_negative: pass → fail (-3)" in lines[fell + 2]
    assert {lines[rose + 1], lines[rose + 3]} == {f"ann, {UNIT}: 2 → 5 of 5", f"zoë, {UNIT}: 2 → 5 of 5"}
    assert "4 graded again, 1 fell, 2 rose, 1 the same; mean 2.2 → 3.0" in said
    assert "test_negative: fail → pass for 2" in said
    assert "--apply" in said


def test_nothing_is_written_into_the_records_before_a_yes(graded: Path, shown: tuple[Path, str]) -> None:
    course, _ = shown
    before = {f.name: f.read_bytes() for f in (graded / "out" / "records").rglob("*.json")}
    assert {f.name: f.read_bytes() for f in (course / "out" / "records").rglob("*.json")} == before
    assert (course / "out" / "journal.jsonl").read_bytes() == (graded / "out" / "journal.jsonl").read_bytes()
    assert {s: earned(r) for s, r in records(course / "out" / "regrade").items()} == {
        "ann": 5,
        "bob": 2,
        "cyd": 0,
        "zoë": 5,
    }
    changes = json.loads((course / "out" / "regrade" / "changes.json").read_text())["changes"]
    assert (changes[0]["student"], changes[0]["difference"], changes[0]["fell"]) == ("bob", -3, True)


def test_applied_the_new_records_count_and_the_old_ones_are_kept(
    graded: Path, shown: tuple[Path, str], tmp_path: Path
) -> None:
    course = shutil.copytree(shown[0], tmp_path / "course")
    new = records(course / "out" / "regrade")
    done = grade(course, "--regrade", "--apply")
    assert done.returncode == 0, done.stderr
    assert "4 graded again: 0 now, 4 before." in done.stdout
    assert records(course / "out") == new
    (history,) = (course / "out" / "history").iterdir()
    assert records(history) == records(graded / "out")
    assert json.loads((history / "changes.json").read_text())["changes"][0]["student"] == "bob"
    again = grade(course)
    assert "0 now" in again.stdout
    assert records(course / "out") == new
    assert "Nothing to grade again." in grade(course, "--regrade").stdout
    assert len(list((course / "out" / "history").iterdir())) == 1


def test_killed_in_the_middle_it_goes_on_where_it_was(graded: Path, tmp_path: Path) -> None:
    course = shutil.copytree(graded, tmp_path / "course")
    mend(course)
    grading = started(*arguments("--regrade", "--apply"), cwd=course)
    first = killed_in_the_middle(grading, course / "out" / "regrade" / "journal.jsonl")
    assert 1 <= len(first) < 4
    assert records(course / "out") == records(graded / "out")
    done = grade(course, "--regrade")
    assert done.returncode == 0, done.stderr
    assert f"4 graded again: {4 - len(first)} now, {len(first)} before." in done.stdout
    after = records(course / "out" / "regrade")
    assert all(after[r["student"]] == r for r in first)


def test_killed_while_it_replaces_records_it_finishes_the_rest(
    shown: tuple[Path, str], tmp_path: Path
) -> None:
    """As if killed after the first of the records: history and journal have all, the records one."""
    course = shutil.copytree(shown[0], tmp_path / "course")
    out = course / "out"
    new = records(out / "regrade")
    shutil.copy(
        out / "regrade" / "records" / "bob" / f"{UNIT}.json", out / "records" / "bob" / f"{UNIT}.json"
    )
    with (out / "journal.jsonl").open("a") as file:
        file.write((out / "regrade" / "journal.jsonl").read_text())
    done = grade(course, "--regrade", "--apply")
    assert done.returncode == 0, done.stderr
    assert records(out) == new
    assert "0 now" in grade(course).stdout


def test_what_is_no_matter_of_the_suite_is_left_to_grade(shown: tuple[Path, str], tmp_path: Path) -> None:
    course = shutil.copytree(shown[0], tmp_path / "course")
    (course / "class" / "bob" / "doubling.py").write_text(CLASS["ann"])
    (course / "class" / "dan").mkdir()
    (course / "class" / "dan" / "doubling.py").write_text(CLASS["ann"])
    done = grade(course, "--regrade")
    assert done.returncode == 0, done.stderr
    assert "handed in anew since" in done.stderr and f"bob, {UNIT}" in done.stderr
    assert "never graded" in done.stderr and f"dan, {UNIT}" in done.stderr
    assert "3 graded again: 0 now, 3 before." in done.stdout


def test_new_and_lost_tests_are_told_and_a_smaller_share_is_a_fall(graded: Path, tmp_path: Path) -> None:
    course = shutil.copytree(graded, tmp_path / "course")
    more = NEW_TEST + NEW_TEST.replace("test_text", "test_list").replace('band="stretch"', 'band="core"')
    mend(course, SUITE.replace("test_negative", "test_sign").format(wanted=2, more=more), WRONG_KEY)
    said = grade(course, "--regrade").stdout
    assert f"bob, {UNIT}: 5 → 5 (of 5 → of 6)" in said[: said.index("Rose:")]
    assert f"ann, {UNIT}: 2 → 3 (of 5 → of 6), bonus 0 → 1" in said[said.index("Rose:") :]
    assert "test_doubling.py::test_text: new, pass (+1)" in said
    assert "test_doubling.py::test_negative: gone, was pass (-3)" in said


def test_a_new_suite_that_cannot_be_used_changes_nothing(graded: Path, tmp_path: Path) -> None:
    course = shutil.copytree(graded, tmp_path / "course")
    mend(course, SUITE.format(wanted=-2, more=STUMBLES))
    done = grade(course, "--regrade", "--apply")
    assert done.returncode == 1
    assert "the suite could not be run" in done.stderr
    assert records(course / "out") == records(graded / "out")
    assert not (course / "out" / "history").exists()


@pytest.mark.parametrize(("answer", "replaced"), [("n", False), ("", False), ("y", True)])
def test_on_a_terminal_it_asks(shown: tuple[Path, str], tmp_path: Path, answer: str, replaced: bool) -> None:
    course = shutil.copytree(shown[0], tmp_path / "course")
    before = records(course / "out")
    mine, its = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "grader", *map(str, arguments("--regrade"))],
        cwd=course,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb"},
        stdin=its,
        stdout=its,
        stderr=subprocess.DEVNULL,
    )
    os.close(its)
    said, deadline = b"", time.monotonic() + 60
    while b"[y/N]" not in said:
        assert time.monotonic() < deadline, said
        if select.select([mine], [], [], 1)[0]:
            said += os.read(mine, 4096)
    os.write(mine, f"{answer}\n".encode())
    assert process.wait(60) == 0
    os.close(mine)
    assert (records(course / "out") != before) is replaced


def test_another_secret_is_refused(shown: tuple[Path, str], tmp_path: Path) -> None:
    course = shutil.copytree(shown[0], tmp_path / "course")
    (course / "secret").write_text("quite another secret for the seeds\n")
    done = grade(course, "--regrade")
    assert done.returncode == 2
    assert "different secret" in done.stderr
    done = grade(course, "--regrade", "--secret", "no/such/secret")
    assert done.returncode == 2
    assert "there is no secret at no/such/secret" in done.stderr
    assert not (course / "no").exists()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--apply"], "grader regrade"),
        (["--regrade", "--json"], "changes.json"),
        (["--regrade", "--out", "elsewhere"], "no records in elsewhere"),
    ],
)
def test_bad_usage_is_said_in_a_sentence(graded: Path, more: list[str], says: str) -> None:
    done = grade(graded, *more)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
