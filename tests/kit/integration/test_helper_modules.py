"""Helper modules beside a submission: importable as long at home as behind the walls, and by their own unit alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support import command, course_of, needs_walls, records_in, student_pytest, write_files
from support.notebooks import code, write
from support.small_course import RIGHT, UNIT, write_course

from grader.intake.submission.helpers import find_helpers

_FUNCTIONS = ("at_top", "in_body", "nested", "submodule", "pickled", "method", "counted")
_TOML = 'title = "Unit {n}"\nmodule = "unit{n}"\n' + "".join(f"[functions.{f}]\n" for f in _FUNCTIONS)
_TEST = """
from grader.suite import Mismatch, points


def expect(student, name):
    for time in range(2):
        came = getattr(student, name)()
        if came != {n}:
            raise Mismatch(f"{{name}}() is {{came}}")
""" + "".join(
    f'''

@points(1, function="{name}", hint="look")
def test_{name}_{{n}}(student):
    """{name}() is the unit's number"""
    expect(student, "{name}")
'''
    for name in _FUNCTIONS
)
_WORK = """
from helper import NUMBER


class Lazy:
    def number(self):
        import helper
        return helper.NUMBER


def at_top():
    return NUMBER


def in_body():
    import helper
    return helper.NUMBER


def nested():
    def inner():
        from helper import NUMBER
        return NUMBER
    return inner()


def submodule():
    from parts.inner import number
    import folder.deep
    return number() if folder.deep.NUMBER == number() else folder.deep.NUMBER


def pickled():
    import pickle
    from helper import Thing
    return pickle.loads(pickle.dumps(Thing(Thing.NUMBER))).value


def method():
    return Lazy().number()


def counted():
    from counter import executed
    return {n} if executed == [1] else executed
"""
_HELPERS = {
    "helper.py": """
NUMBER = {n}


class Thing:
    NUMBER = {n}

    def __init__(self, value):
        self.value = value
""",
    "parts/__init__.py": "",
    "parts/inner.py": """
def number():
    from helper import NUMBER
    from . import other
    return other.NUMBER if NUMBER == {n} else NUMBER
""",
    "parts/other.py": "NUMBER = {n}\n",
    "folder/deep.py": "NUMBER = {n}\n",
    "counter.py": "import sys\nsys.times_{n} = getattr(sys, 'times_{n}', 0) + 1\nexecuted = [sys.times_{n}]\n",
}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two units, and ann's work for both, with helpers of the same names."""
    files: dict[str, str] = {}
    for n, unit in ((1, "01_unit1"), (2, "02_unit2")):
        work = _WORK.replace("{n}", str(n))
        files |= {
            f"tests/{unit}/unit.toml": _TOML.format(n=n),
            f"tests/{unit}/test_unit{n}.py": _TEST.format(n=n),
            f"reference/{unit}/unit{n}.py": work,
            f"class/ann/{unit}/unit{n}.py": work,
        }
        for tree in ("reference", "class/ann"):
            files |= {f"{tree}/{unit}/{name}": text.replace("{n}", str(n)) for name, text in _HELPERS.items()}
    return course_of(tmp_path_factory.mktemp("course"), files | {"secret": "the secret of the kit's tests\n"})


def test_at_home_each_unit_imports_its_own_whenever_it_likes(course: Path) -> None:
    done = student_pytest("--submission", "class/ann", cwd=course)
    assert "14 passed" in done.stdout, done.stdout + done.stderr


@needs_walls
def test_behind_the_walls_it_is_the_same(course: Path) -> None:
    (course / "secret").chmod(0o600)
    done = command("grade", "class", "--out", "out", "--secret", course / "secret", cwd=course)
    assert done.returncode == 0, done.stdout + done.stderr
    for unit in ("01_unit1", "02_unit2"):
        record = json.loads((course / "out/records/ann" / f"{unit}.json").read_text(encoding="utf-8"))
        assert {test["id"]: test["message"] for test in record["tests"] if test["outcome"] != "pass"} == {}


LEFT_OUT = {
    "test_parts": "is named like a file that pytest, Python or pip runs by itself",
    "setup": "is named like a file that pytest, Python or pip runs by itself",
    "reference": "is named like another unit's module or a folder of the course",
    "trebling": "is named like another unit's module or a folder of the course",
    "statistics": "would hide the module statistics that others import",
}


def write_class(root: Path) -> Path:
    """Students who each import a helper that is not graded with the module, one who has such a file for no import."""
    files = {"class/unused/test_mine.py": "1 / 0\n", "tests/02_trebling/unit.toml": _TREBLING}
    for name in LEFT_OUT:
        files[f"class/{name}/{name}.py"] = RIGHT
    works = {name: f"from {name} import *\n" for name in LEFT_OUT} | {"unused": RIGHT}
    course = write_files(write_course(root, works), files)
    cells = ["from test_parts import double, treble", "def other(x):\n    return x"]
    notebook = {"cells": list(map(code, cells)), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    write(notebook, course / "class" / "cells" / "doubling.ipynb")
    write_files(course, {"class/cells/test_parts.py": RIGHT})
    return course


_TREBLING = 'title = "Trebling"\nmodule = "trebling"\n[functions.treble]\n'


@pytest.mark.parametrize("name", [*LEFT_OUT, "cells"])
def test_a_helper_that_is_not_graded_is_not_imported_at_home(name: str, tmp_path: Path) -> None:
    done = student_pytest("--submission", f"class/{name}", "-k", UNIT, cwd=write_class(tmp_path))
    assert "0 of 5 points" in done.stdout, done.stdout + done.stderr
    if name not in (
        "cells",
        "statistics",
    ):  # the cell's names are missing; Python's own statistics is imported
        assert f"{name}.py {LEFT_OUT[name]}, so it is not graded with the module" in done.stdout


@needs_walls
def test_whoever_imports_it_is_named_when_a_class_is_graded(tmp_path: Path) -> None:
    course = write_class(tmp_path)
    done = command("grade", "class", "--out", "out", "--secret", "secret", "--unit", UNIT, cwd=course)
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stderr.split())
    for name, why in LEFT_OUT.items():
        assert f"{name}/doubling.py is graded without a file beside it: {name}.py {why}." in said
    assert "cells/doubling.ipynb is graded without a file beside it: test_parts.py" in said
    assert "test_mine.py" not in said
    scores = {name: r["score"]["core"]["earned"] for name, r in records_in(course / "out").items()}
    assert scores == dict.fromkeys([*LEFT_OUT, "cells"], 0) | {"unused": 2}


def test_a_line_of_imports_without_end_is_read_once(tmp_path: Path) -> None:
    """Read anew for each import and each file, this took hours."""
    files = {f"test_{number}.py": "" for number in range(50)}
    write_files(tmp_path, files | {"doubling.py": "import x " * 100_000 + "test_7\n"})
    found = find_helpers(tmp_path / "doubling.py", tmp_path)
    assert [said.split()[0] for said in found.left_out] == ["test_7.py"]
