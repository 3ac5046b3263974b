"""Helper modules beside a submission: importable as long at home as behind the walls, and by their own unit alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support import command, course_of, needs_walls, student_pytest

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
