"""A test that only forbids something counts beside one that shows that the function works: at every door."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import command, records_in, student_pytest
from support.small_course import RIGHT, UNIT, write_course
from support.watching import piped

_FORBIDDING = '''
from grader.suite import Mismatch, points

@points(2, function="double", band="robust", beside="{beside}")
def test_a_list_is_left_alone(student):
    """The caller's list is left alone"""
    given = [1, 2]
    student.double(given)

@points(1, function="treble", band="stretch", beside="test_treble")
def test_treble_leaves_a_list_alone(student):
    """The caller's list is left alone by treble"""
    student.treble([1])
'''
_WRONG = "def double(x):\n    return 0 if x == -1 else 2 * x\n"
_IDLE = "def double(x):\n    return None\n"
_WHY = "Work that does nothing would pass this test, too. It counts once this one passes: "


def course(folder: Path, students: dict[str, str], beside: str = "test_double") -> Path:
    write_course(folder, students)
    (folder / "tests" / UNIT / "test_alone.py").write_text(_FORBIDDING.format(beside=beside))
    return folder


def test_it_earns_its_points_beside_the_other_one_alone(tmp_path: Path) -> None:
    root = course(tmp_path, {"ann": RIGHT, "bob": _WRONG, "eve": _IDLE})
    done = command("grade", "class", "--out", "out", "--secret", "secret", "--tier", "T0", cwd=root)
    assert done.returncode == 0, done.stderr
    records = records_in(root / "out")
    tests = {n: {t["id"].partition("::")[2]: t for t in r["tests"]} for n, r in records.items()}
    name = "test_a_list_is_left_alone"
    assert {n: (t[name]["outcome"], t[name]["earned"]) for n, t in tests.items()} == {
        "ann": ("pass", 2),
        "bob": ("pass", 2),  # fails another test than test_double
        "eve": ("fail", 0),
    }
    assert tests["eve"][name]["message"] == f"{_WHY}double(x) = 2x"
    assert tests["bob"]["test_treble_leaves_a_list_alone"]["outcome"] == "not_implemented"
    assert sum(t["earned"] for t in tests["eve"].values()) == 0


def test_at_home_it_is_said(tmp_path: Path) -> None:
    root = course(tmp_path, {})
    module = root / "assignments" / UNIT / "doubling.py"
    module.parent.mkdir(parents=True)
    module.write_text(_IDLE)
    said = student_pytest(cwd=root).stdout
    assert _WHY in said.replace("\n", " ").replace("  ", " "), said
    alone = student_pytest("-k", "left_alone", cwd=root).stdout
    assert _WHY not in alone and "1 passed" in alone  # whether the other one passes is not known
    with piped(root) as watching:
        screen = watching.until("Open assignments")
        assert "The caller's list is left alone" in screen
        module.write_text(RIGHT)
        assert "failed" not in watching.until("Nothing else is left to write.")


@pytest.mark.parametrize("beside", ["test_treble", "test_large", "test_a_list_is_left_alone"])
def test_it_counts_only_beside_a_public_test_of_its_function_that_counts_by_itself(
    beside: str, tmp_path: Path
) -> None:
    root = course(tmp_path, {"ann": RIGHT}, beside)
    said = student_pytest(cwd=root)
    assert said.returncode == 4 and f"not beside {beside}" in said.stderr, said.stdout
