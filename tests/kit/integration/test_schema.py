"""unit.toml, rubrics.toml and thresholds.toml: a mistake is one sentence with the file, the key and what is allowed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT
from support.small_course import RIGHT, UNIT, write_course

from grader.course import RESERVED_NAMES, Course, CourseError
from grader.course.units import load_unit
from grader.suite.student import Student

UNIT_TOML = """
title = "Doubling"
module = "doubling"
{more}
[functions.double]
{function}
[functions.treble]
uses = ["double"]
"""
# What is written, and what the message has to say beside the file's name.
TOP_LEVEL = {
    "a text for a list": ('forbidden = "torch.*"', ["forbidden", "a list of", '["torch.*"]']),
    "a number in a list": ('forbidden = ["torch.*", 3]', ["forbidden[1]", "a text", "got 3"]),
    "an empty pattern": ('forbidden = [""]', ["forbidden[0]", "not empty"]),
    "a table for a list": ("unreadable = {a = 1}", ["unreadable", "a list of"]),
    "a misspelt key": ('forbiden = ["torch.*"]', ["unknown key forbiden", "did you mean forbidden?"]),
    "a key of another name": ('colour = "red"', ["unknown key colour", "allowed are title, module"]),
    "a text for yes or no": ('draft = "no"', ["draft", "true or false", '"no"']),
    "a number for yes or no": ("draft = 1", ["draft", "true or false"]),
    "a key twice": ('module = "doubling"', ["is not valid TOML"]),
    "a number of 5000 digits": (f"points = {'9' * 5000}", ["is not valid TOML", "5000 digits"]),
    "no TOML": ("= 3", ["is not valid TOML", "line 4"]),
    "a negative limit": ("limits = {memory_mb = -1}", ["limits.memory_mb", "above 0", "-1"]),
    "no seconds": ("limits = {test_cpu_seconds = 0}", ["limits.test_cpu_seconds", "above 0"]),
    "endless seconds": ("limits = {test_cpu_seconds = inf}", ["limits.test_cpu_seconds"]),
    "seconds that are not a number": ("limits = {test_cpu_seconds = nan}", ["limits.test_cpu_seconds"]),
    "half a megabyte": ("limits = {memory_mb = 0.5}", ["limits.memory_mb", "a whole number"]),
    "a text for a limit": ('limits = {memory_mb = "1024"}', ["limits.memory_mb", "a whole number"]),
    "a misspelt limit": ("limits = {memory = 5}", ["limits: unknown key memory", "memory_mb"]),
    "a list for limits": ("limits = [5]", ["limits", "a table"]),
    "a unit that is not there": ('depends_on = ["01_doublin"]', ["depends_on", f"did you mean {UNIT}?"]),
    "the unit itself": (f'depends_on = ["{UNIT}"]', ["depends_on", "itself"]),
    "the old name of a key": (f'joins = ["{UNIT}"]', ["unknown key joins", "depends_on"]),
}
IN_A_FUNCTION = {
    "another kind": ('returns = "tenser"', ["functions.double.returns", "did you mean tensor?"]),
    "a kind far from any": ('returns = "x"', ["functions.double.returns", "any, tensor, number"]),
    "a number as kind": ("returns = 3", ["functions.double.returns", "one of any, tensor"]),
    "another band": ('band = "Core"', ["functions.double.band", "did you mean core?"]),
    "a function that is not there": ('uses = ["trebel"]', ["functions.double.uses", "did you mean treble?"]),
    "the function itself": ('uses = ["double"]', ["functions.double.uses", "itself"]),
    "a text for uses": ('uses = "treble"', ["functions.double.uses", "a list of"]),
    "a misspelt key": ('use = ["treble"]', ["functions.double: unknown key use", "did you mean uses?"]),
    "a name with a dash": ("[functions.two-fold]", ["functions.two-fold", "a name in Python"]),
    "a word of Python": ("[functions.lambda]", ["functions.lambda", "a name in Python"]),
    "a private name": ("[functions._double]", ["functions._double", "reserved"]),
    "a table in a function": ("[functions.double.method]", ["functions.double: unknown key method"]),
}
WITHOUT = {
    "without a title": ('module = "m"\n[functions.f]', ["title is missing"]),
    "without a module": ('title = "t"\n[functions.f]', ["module is missing"]),
    "without functions": ('title = "t"\nmodule = "m"', ["functions is missing", "[functions.NAME]"]),
    "with no function": ('title = "t"\nmodule = "m"\nfunctions = {}', ["functions", "[functions.NAME]"]),
    "with an empty title": ('title = ""\nmodule = "m"\n[functions.f]', ["title", "not empty"]),
    "with a number as title": ('title = 3\nmodule = "m"\n[functions.f]', ["title", "a text", "got 3"]),
    "with a path as module": ('title = "t"\nmodule = "../m"\n[functions.f]', ["module", "'../m'"]),
    "with a file as module": ('title = "t"\nmodule = "m.py"\n[functions.f]', ["module", "'m.py'"]),
    "with a function that is a text": (
        'title = "t"\nmodule = "m"\n[functions]\nf = "x"',
        ["functions.f", "a table"],
    ),
    "empty": ("", ["title is missing"]),
}
CASES = {
    **{f"{k}, in unit.toml": (UNIT_TOML.format(more=v[0], function=""), v[1]) for k, v in TOP_LEVEL.items()},
    **{
        f"{k}, in a function": (UNIT_TOML.format(more="", function=v[0]), v[1])
        for k, v in IN_A_FUNCTION.items()
    },
    **{f"{k}, as a unit": v for k, v in WITHOUT.items()},
}
ENCODED = {
    "UTF-16": UNIT_TOML.format(more="", function="").encode("utf-16"),
    "cp1252": 'title = "Größe"'.encode("cp1252"),
}
RUBRIC = """
[double]
question = "Why?"
points = {points}
{more}
[[double.criteria]]
text = "Because"
points = 1
"""
GOAL = "accuracy = 0.9, epochs = 8, runs = 300, below = 0"
BESIDE = {
    "points that are not the sum": (
        "rubrics.toml",
        RUBRIC.format(points=2, more=""),
        ["double.points", "add up to 1"],
    ),
    "half points": ("rubrics.toml", RUBRIC.format(points=0.5, more=""), ["double.points", "a whole number"]),
    "a misspelt key": (
        "rubrics.toml",
        RUBRIC.format(points=1, more="questoin = 1"),
        ["did you mean question?"],
    ),
    "no criteria": (
        "rubrics.toml",
        '[double]\nquestion = "Why?"\npoints = 0\ncriteria = []',
        ["at least one"],
    ),
    "a criterion's key": (
        "rubrics.toml",
        RUBRIC.format(points=1, more="") + 'earn = "x"',
        ["double.criteria[0]", "did you mean earns?"],
    ),
    "a question about no function": (
        "rubrics.toml",
        RUBRIC.format(points=1, more="").replace("double", "duoble"),
        ["no function duoble", "did you mean double?"],
    ),
    "an accuracy in percent": (
        "thresholds.toml",
        f"[digits.cpu]\ndouble = {{ {GOAL.replace('0.9', '90')}, lowest = 0.9 }}",
        ["digits.cpu.double.accuracy", "from 0 to 1", "90"],
    ),
    "a goal without its worst run": (
        "thresholds.toml",
        f"[digits.cpu]\ndouble = {{ {GOAL} }}",
        ["digits.cpu.double: lowest is missing"],
    ),
    "a goal for no function": (
        "thresholds.toml",
        f'[digits.cpu]\n"duoble.SGD" = {{ {GOAL}, lowest = 0.9 }}',
        ["no function duoble"],
    ),
    "a goal without a device": ("thresholds.toml", "[digits]\ndouble = 3", ["digits.double", "a table"]),
}


@pytest.fixture
def unit_toml(tmp_path: Path) -> Path:
    return write_course(tmp_path, {"ann": RIGHT}) / "tests" / UNIT / "unit.toml"


def said_about(course: Path) -> str:
    with pytest.raises(CourseError) as caught:
        list(Course(course).units)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(("text", "says"), CASES.values(), ids=CASES)
def test_a_mistake_names_file_and_key_and_what_is_allowed(
    unit_toml: Path, text: str, says: list[str]
) -> None:
    unit_toml.write_text(text)
    said = said_about(unit_toml.parents[2])
    assert [part for part in (str(unit_toml), *says) if part not in said] == [], said


@pytest.mark.parametrize("data", ENCODED.values(), ids=ENCODED)
def test_another_encoding_is_called_one(unit_toml: Path, data: bytes) -> None:
    unit_toml.write_bytes(data)
    assert said_about(unit_toml.parents[2]) == f"{unit_toml} is not in UTF-8: save it in that encoding"


def test_a_byte_order_mark_costs_nothing(unit_toml: Path) -> None:
    unit_toml.write_bytes(b"\xef\xbb\xbf" + unit_toml.read_bytes())
    assert load_unit(unit_toml).module == "doubling"


def test_a_folder_in_the_place_of_the_file_is_called_one(unit_toml: Path) -> None:
    unit_toml.unlink()
    unit_toml.mkdir()
    assert said_about(unit_toml.parents[2]) == f"{unit_toml} can't be read: Is a directory"


def test_a_folder_that_no_test_is_collected_from_is_refused(unit_toml: Path) -> None:
    unit_toml.parent.rename(unit_toml.parents[1] / "02_Doubling")
    assert "02_Doubling: a unit's folder has a name such as" in said_about(unit_toml.parents[2])


@pytest.mark.parametrize(("name", "text", "says"), BESIDE.values(), ids=BESIDE)
def test_rubrics_and_thresholds_have_schemas_too(
    unit_toml: Path, name: str, text: str, says: list[str]
) -> None:
    (unit_toml.parent / name).write_text(text)
    said = said_about(unit_toml.parents[2])
    assert [part for part in (str(unit_toml.parent / name), *says) if part not in said] == [], said


@pytest.mark.parametrize("name", sorted(RESERVED_NAMES))
def test_a_function_is_not_named_as_what_a_test_calls(unit_toml: Path, name: str) -> None:
    unit_toml.write_text(UNIT_TOML.format(more="", function=f"[functions.{name}]"))
    said = said_about(unit_toml.parents[2])
    assert f"functions.{name}: in a test, student.{name} is something else" in said


def test_all_that_a_student_object_has_is_reserved(unit_toml: Path) -> None:
    class Nothing:
        device = "cpu"

    student = Student(Nothing(), load_unit(unit_toml))  # type: ignore[arg-type]
    assert {name for name in dir(student) if not name.startswith("_")} <= RESERVED_NAMES


def test_units_that_depend_on_each_other_are_refused(unit_toml: Path) -> None:
    other = unit_toml.parents[1] / "02_again" / "unit.toml"
    other.parent.mkdir()
    text = UNIT_TOML.format(more='depends_on = ["{}"]', function="")
    other.write_text(text.format(UNIT))
    unit_toml.write_text(text.format("02_again"))
    assert "depends_on leads back to" in said_about(unit_toml.parents[2])


def test_a_unit_does_not_depend_on_a_draft(unit_toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = unit_toml.parents[1] / "02_again" / "unit.toml"
    other.parent.mkdir()
    other.write_text(UNIT_TOML.format(more=f'depends_on = ["{UNIT}"]', function=""))
    unit_toml.write_text(UNIT_TOML.format(more="draft = true", function=""))
    assert f"depends_on names no unit: {UNIT}" in said_about(unit_toml.parents[2])
    monkeypatch.setenv("GRADER_DRAFTS", "1")
    assert len(Course(unit_toml.parents[2]).units) == 2


DOORS = {
    "pytest": ["-m", "pytest", "-q"],
    "grader check": ["-m", "grader", "check"],
    "grader grade": ["-m", "grader", "grade", "class"],
}


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("unit.toml", UNIT_TOML.format(more='forbidden = "torch.*"', function="")),
        ("rubrics.toml", RUBRIC.format(points=2, more="")),
        ("thresholds.toml", "[digits]\ndouble = 3"),
    ],
    ids=["unit.toml", "rubrics.toml", "thresholds.toml"],
)
def test_at_every_door_it_is_one_sentence(unit_toml: Path, door: list[str], name: str, text: str) -> None:
    course = unit_toml.parents[2]
    (unit_toml.parent / name).write_text(text)
    ran = subprocess.run(
        [sys.executable, *door],
        cwd=course,
        text=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    printed = ran.stdout + ran.stderr
    assert ran.returncode == 2, printed
    assert f"{unit_toml.parent / name}: " in printed.replace("\n", "")
    assert "Traceback" not in printed and 'File "' not in printed
    assert len(printed.strip().splitlines()) <= 2, printed
