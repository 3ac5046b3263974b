"""`grader watch` without a terminal: every kind of save is seen, and what can't be run is said."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from support import ROOT, command, small_course
from support.watching import Piped, piped, replace

UNIT, RIGHT, WRONG = small_course.UNIT, small_course.RIGHT, small_course.WRONG
OTHER = RIGHT.replace("double", "again").replace("2 * x", "4 * x")
WAITING = "Waiting for the next save."


@pytest.fixture
def course(tmp_path: Path) -> Path:
    small_course.write_course(tmp_path / "course", {})
    module = module_of(tmp_path / "course")
    module.parent.mkdir(parents=True)
    module.write_text(WRONG)
    return tmp_path / "course"


def module_of(course: Path) -> Path:
    return course / "assignments" / UNIT / "doubling.py"


def notebook(source: str) -> str:
    cell: dict[str, object] = {
        "cell_type": "code",
        "id": "a",
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def value(factor: int) -> str:
    """A module of which the tests say which one it is."""
    return f"def double(x):\n    return {factor} * x\n"


def sees(watching: Piped, factor: int) -> str:
    return watching.until(f"double(3) is {factor * 3}") + watching.until("Open assignments")


def test_saves_of_every_kind(course: Path) -> None:
    module = module_of(course)
    with piped(course, UNIT) as watching:
        first = watching.until("Open assignments")
        assert "failed: double(-x) = -double(x) [0 of 3 ▲]\n    double(-1) is not -2\n" in first
        assert "double(-1)  # → 2" in first and "2 passed, 1 failed, 1 not written yet" in first
        assert f"{UNIT}        ████████░░░░░░░░░░░░  2 of 5 points" in first
        assert first.endswith(f"Open assignments/{UNIT}/doubling.py:1 next: double")

        module.write_text(value(4))
        sees(watching, 4)
        module.write_text(value(5))  # as long as before, and perhaps within the same second
        sees(watching, 5)
        replace(module, value(6))
        sees(watching, 6)
        os.utime(module)
        sees(watching, 6)
        module.unlink()
        assert f"There is no assignments/{UNIT}/doubling.py yet." in watching.until(WAITING)
        module.write_text(value(7))
        sees(watching, 7)
        (module.parent / "helper.py").write_text("FACTOR = 8\n")
        watching.until("Open assignments")
        module.write_text("import helper\n\ndef double(x):\n    return helper.FACTOR * x\n")
        sees(watching, 8)
        (module.parent / "helper.py").write_text("FACTOR = 9\n")
        sees(watching, 9)

        replace(module.with_suffix(".ipynb"), notebook(value(10)))
        assert "doubling.py was tested, as it is graded" not in watching.until("Open assignments")
        module.unlink()
        assert "doubling.ipynb" in sees(watching, 10)
        replace(module.with_suffix(".ipynb"), notebook(RIGHT))
        assert "Everything passes." in watching.until("Nothing else is left to write.")


def test_a_burst_of_saves_is_few_runs_and_the_last_one_counts(course: Path) -> None:
    with piped(course) as watching:
        watching.until("Open assignments")
        for factor in range(100, 200):
            module_of(course).write_text(value(factor))
        printed = sees(watching, 199)
        assert printed.count("passed") + printed.count("failed,") < 20


def test_a_save_ends_the_run_of_an_older_file(course: Path) -> None:
    with piped(course) as watching:
        watching.until("Open assignments")
        module_of(course).write_text("import time\n\ndef double(x):\n    time.sleep(10**6)\n")
        watching.until("== ")
        module_of(course).write_text(RIGHT)
        assert "failed" not in watching.until("Nothing else is left to write.")


def test_what_cannot_be_run_is_said(course: Path) -> None:
    module = module_of(course)
    with piped(course, "doubling") as watching:
        watching.until("Open assignments")
        module.write_text("def double(x)\n    return x\n")
        printed = watching.until(WAITING)
        assert "The module could not be imported: SyntaxError: expected ':'" in printed
        assert "at doubling.py, line 1: def double(x)" in printed
        module.write_text("import os\nos.kill(os.getpid(), 9)\n")
        printed = watching.until(WAITING)
        assert "could not be imported. It ended the process: killed by SIGKILL" in printed
        module.unlink()
        watching.until(WAITING)
        module.with_suffix(".ipynb").write_text('{"cells": 3')
        printed = watching.until(WAITING)
        assert "doubling.ipynb" in printed and "could not be imported" in printed
        shutil.rmtree(module.parent)
        assert f"There is no assignments/{UNIT}/doubling.py yet." in watching.until(WAITING)
        shutil.rmtree(module.parent.parent)
        module.parent.mkdir(parents=True)
        module.write_text(RIGHT)
        watching.until("Nothing else is left to write.")


def test_usage(course: Path) -> None:
    done = command("watch", "02_trebling", cwd=course)
    assert done.returncode == 2
    assert done.stderr == f"grader: There is no unit '02_trebling' in {course}. Its units: {UNIT}.\n"


def test_tests_that_change_are_read_anew(course: Path) -> None:
    tests = course / "tests" / UNIT / "test_doubling.py"
    text = tests.read_text()
    tests.write_text(f"{text}\nimport nothing_of_this_name\n")
    with piped(course) as watching:
        printed = watching.until(WAITING)
        assert "the tests can't be collected" in printed and "nothing_of_this_name" in printed
        tests.write_text(text.replace("double(-1) is not -2", "the sign is wrong"))
        assert "the sign is wrong" in watching.until("Open assignments")


def test_the_unit_that_was_saved_last_is_run(course: Path) -> None:
    second = "02_trebling"
    for tree in ("tests", "assignments"):
        shutil.copytree(course / tree / UNIT, course / tree / second)
    tests = course / "tests" / second
    (tests / "test_hidden_doubling.py").unlink()
    unwritten = "def double(x):\n    raise NotImplementedError\n"
    (course / "assignments" / second / "doubling.py").write_text(unwritten)
    with piped(course) as watching:
        watching.until(f"== {UNIT}")  # nothing is written in the other one
        watching.until("Open assignments")
        module_of(course).write_text(RIGHT)
        watching.until(f"Open assignments/{second}/doubling.py:1 next: double")
        (course / "assignments" / second / "doubling.py").write_text(RIGHT)
        assert f"== {second}" in watching.until("Nothing else is left to write.")


def test_a_run_leaves_nothing_for_the_next(course: Path) -> None:
    patched = "import math, torch\n\ntorch.set_default_dtype(torch.float64)\nmath.floor = None\n\n"
    asking = (
        "import math, torch\n\ndef double(x):\n"
        "    return 2 * x if torch.get_default_dtype() == torch.float32 and math.floor else 0\n"
    )
    with piped(course) as watching:
        watching.until("Open assignments")
        module_of(course).write_text(patched + RIGHT)
        watching.until("Nothing else is left to write.")
        module_of(course).write_text(asking)
        assert "failed" not in watching.until("Everything passes")


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_odd_text_and_prints(course: Path, encoding: str) -> None:
    odd = """
import os, sys

def double(x):
    print("said aloud \\x1b[31m")
    os.write(1, b"raw one")
    os.write(2, b"raw two")
    raise ValueError("[bold]\\x1b[2J\\ud800 \\u202e \\r")
"""
    module_of(course).write_text(odd)
    with piped(course, env={"PYTHONIOENCODING": encoding}) as watching:
        printed = watching.until("Open assignments")
    assert "It raised ValueError: [bold]\\x1b[2J\\ud800 \\u202e" in printed.replace("\\\\u", "\\u")
    assert "Printed during the test:\n        said aloud \\x1b[31m" in printed
    assert "\x1b" not in printed and "raw" not in printed


def test_a_machine_that_cannot_run_the_tests_is_told_apart(course: Path, tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("raise ImportError('no torch on this machine')\n")
    with piped(course, env={"PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"}) as watching:
        said = watching.rest()
        assert watching.process.wait() == 1
    assert "grader: the process that runs the tests can't start" in said
    assert "no torch on this machine" in said


def test_an_endless_loop_in_a_notebook_names_its_cell(course: Path) -> None:
    settings = course / "tests" / UNIT / "unit.toml"
    settings.write_text(settings.read_text() + "[limits]\ntest_cpu_seconds = 0.5\n")
    module_of(course).unlink()
    loop = (
        "def double(x):\n    while True:\n        try:\n            while True:\n                x = x\n"
        "        except BaseException:\n            pass\n"
    )
    module_of(course).with_suffix(".ipynb").write_text(notebook(loop))
    with piped(course) as watching:
        printed = watching.until("1 not written yet")
    assert "It took more than 0.5 s: an endless loop?" in printed and "at cell 1, line" in printed


LIBRARY = {
    "__init__.py": "import library.part, time\nfor _ in range(200): time.sleep(0.01)\n",
    "part.py": "FACTOR = 2\n",
}
USING_IT = "def double(x):\n    import library\n    return library.part.FACTOR * x\n"


def test_a_save_does_not_leave_half_of_a_library(course: Path, tmp_path: Path) -> None:
    """Whoever breaks off the import of a package finds it without its parts at the next import."""
    (tmp_path / "packages" / "library").mkdir(parents=True)
    for name, text in LIBRARY.items():
        (tmp_path / "packages" / "library" / name).write_text(text)
    path = os.pathsep.join([str(tmp_path / "packages"), str(ROOT)])
    with piped(course, UNIT, env={"PYTHONPATH": path}) as watching:
        watching.until("Open assignments")
        for number in range(2):
            replace(module_of(course), f"{USING_IT}# {number}\n")
            watching.until(f"== {UNIT}")
        said = watching.until("points")
    assert "AttributeError" not in said and "3 passed" in said
