"""The suite's hash follows what decides a grade, and nothing else: only that makes `grader grade` grade again."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import command
from support.small_course import RIGHT, UNIT, WRONG, write_course

from grader.course import Course
from grader.records.fingerprint import suite_sha256

TESTS = f"tests/{UNIT}/test_doubling.py"
TOML = f"tests/{UNIT}/unit.toml"
PROBES = f"tests/{UNIT}/probes.py"
SUPPORT = f"tests/{UNIT}/support/examples.py"
KEY = f"reference/{UNIT}/doubling.py"
MORE = {
    PROBES: '"""Probes."""\n\n\ndef doubled(module, x):\n    """Twice."""\n    return module.double(x)\n',
    SUPPORT: "LARGE = 1000  # enough\n",
}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    write_course(tmp_path, {"ann": RIGHT, "bob": WRONG})
    for name, text in MORE.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def sha256(course: Path) -> str:
    return suite_sha256.__wrapped__(Course(course).units[UNIT])


def change(course: Path, file: str, old: str, new: str) -> None:
    text = (course / file).read_text()
    assert old in text
    (course / file).write_text(text.replace(old, new, 1))


SAME = {
    "comment": (TESTS, "    if student.double(3)", "    # of three\n    if student.double(3)"),
    "blank line": (TESTS, "\n@points(2", "\n\n\n@points(2"),
    "docstring, which is the title": (TESTS, "double(x) = 2x", "twice x"),
    "hint": (TESTS, 'hint="twice"', 'hint="x + x"'),
    "comment in unit.toml": (TOML, "[functions.double]", "[functions.double]  # first"),
    "title of the unit": (TOML, "Doubling", "Twice as much"),
    "docstring of the probes": (PROBES, "Probes.", "What the tests call."),
    "comment in support": (SUPPORT, "# enough", "# plenty"),
    "comment in the answer key": (KEY, "    return x + x\n", "    return x + x  # twice\n"),
}
DIFFERENT = {
    "constant": (TESTS, "student.double(3) != 6", "student.double(4) != 8"),
    "points": (TESTS, "@points(2", "@points(1"),
    "band": (TESTS, 'band="robust"', 'band="core"'),
    "function of the unit": (TOML, "[functions.treble]", '[functions.treble]\nreturns = "number"'),
    "limit": (TOML, "[functions.double]", "[limits]\ntest_cpu_seconds = 3\n[functions.double]"),
    "probe": (PROBES, "module.double(x)", "module.double(float(x))"),
    "support": (SUPPORT, "1000", "2000"),
    "answer key": (KEY, "return x + x\n", "return 2 * x\n"),
    "docstring of the answer key, which a test may read": (KEY, "Twice x.", "x, twice."),
    "tests that are no Python": (TESTS, "from grader", "from from"),
}


@pytest.mark.parametrize("what", SAME)
def test_what_decides_nothing_leaves_the_hash(course: Path, what: str) -> None:
    before = sha256(course)
    change(course, *SAME[what])
    assert sha256(course) == before


@pytest.mark.parametrize("what", DIFFERENT)
def test_what_decides_changes_the_hash(course: Path, what: str) -> None:
    before = sha256(course)
    change(course, *DIFFERENT[what])
    assert sha256(course) != before


RUBRICS = '[double]\nquestion = "Why?"\npoints = 1\ncriteria = [{text = "a reason", points = 1}]\n'
BESIDE = dict.fromkeys(
    ("wheats/tuple.py", "lesson.py", "live.py", "picture.py", "figures.py", "README.md"), "x = 1\n"
) | {"rubrics.toml": RUBRICS}


@pytest.mark.parametrize("name", BESIDE)
def test_what_lies_beside_the_tests_leaves_the_hash(course: Path, name: str) -> None:
    before = sha256(course)
    file = course / "tests" / UNIT / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(BESIDE[name])
    assert sha256(course) == before


def test_data_of_the_tests_changes_the_hash(course: Path) -> None:
    before = sha256(course)
    (course / "tests" / UNIT / "data.json").write_text("[1]")
    assert sha256(course) != before


def test_a_class_is_graded_again_after_a_limit_has_changed_and_not_after_a_comment(course: Path) -> None:
    def graded() -> str:
        options = ("--out", "out", "--secret", "secret", "--tier", "T0", "--jobs", "1")
        done = command("grade", "class", *options, cwd=course)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()[0]

    assert "2 now" in graded()
    for what in ("comment", "hint", "docstring of the probes", "title of the unit"):
        change(course, *SAME[what])
    assert "0 now" in (again := graded()) and "2 before" in again
    change(course, *DIFFERENT["limit"])
    assert "2 now" in graded()
