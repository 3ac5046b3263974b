"""Halves of surrogate pairs and names that are not UTF-8: whatever they come in with, the class has its grades."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path

import pytest
from support import command, records_in, small_course, student_pytest, write_files

UNIT = small_course.UNIT
RIGHT = small_course.RIGHT
ASCII = {"PYTHONIOENCODING": "ascii", "COLUMNS": "200"}
ODD = {
    "raises": r'''
def double(x):
    raise ValueError("bad \ud800")
''',
    "describes": r'''
class Odd(Exception):
    def __str__(self):
        return "\udcff"

def double(x):
    raise Odd
''',
    "returns": r'''
def double(x):
    return "half \ud800"
''',
    "keys": r'''
def double(x):
    return {"\udcff": ["\ud800", ("\ud800",)]}
''',
    "unwritten": r'''
def double(x):
    raise NotImplementedError("later \ud800")
''',
    "unread": r'''
raise RuntimeError("on import \udcff")
''',
    "compiled": r'''
import os
code = "def double(x):\n    raise ValueError"
exec(compile(code, os.path.dirname(__file__) + "/odd\udcff.py", "exec"))
''',
    "prints": 'import sys\nprint("\\ud800 é", file=sys.stderr)\n' + RIGHT.replace(
        "    return", '    print("\\ud800 é")\n    return', 1
    ),
    "right": RIGHT,
}  # fmt: skip
TOLD = r"""
def told():
    return "in my words \ud800"
"""
RUBRIC = """
[double]
question = "Why?"
points = 1
[[double.criteria]]
text = "says so"
points = 1
"""
ASKS = '''

@points(1, function="treble", band="stretch", hint="words")
def test_told(student, answers):
    """told() is in words"""
    answers["double"] = student.told()
'''


def notebook(*cells: str) -> bytes:
    """A notebook; a lone surrogate is in its file as JSON spells it."""
    told = [{"cell_type": "code", "metadata": {}, "source": c, "outputs": []} for c in cells]
    return json.dumps({"cells": told, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("course")
    small_course.write_course(root, {name: text + TOLD for name, text in ODD.items()})
    test = root / "tests" / UNIT / "test_doubling.py"
    test.write_text(test.read_text() + ASKS)
    cells = notebook("# half \ud800", RIGHT, 'word = "\ud800"')
    write_files(root, {f"tests/{UNIT}/rubrics.toml": RUBRIC, "class/cells/doubling.ipynb": cells})
    key = root / "reference" / UNIT / "doubling.py"
    key.write_text(key.read_text() + "\n\ndef told():\n    return 'in words'\n")
    # Bytes of a name that are not UTF-8 are halves of surrogate pairs in Python.
    names = ("class/right/helper\udcff.py", "class/right/notes\udce9.txt", "class/ren\udce9/doubling.py")
    write_files(root, dict.fromkeys(names, RIGHT))
    return root


def grade(course: Path, path: str, *options: object) -> subprocess.CompletedProcess[str]:
    done = command(*("grade", path, "--tier", "T0", "--secret", "secret", *options), cwd=course, env=ASCII)
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture(scope="module")
def graded(course: Path) -> Path:
    done = grade(course, "class", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert r"ren\udce9" in done.stderr  # its name can't be shown: the instructor is asked to rename it
    return course / "out"


def test_everyone_has_a_grade(graded: Path) -> None:
    records = records_in(graded)
    core = {name: r["score"]["core"]["earned"] for name, r in records.items()}
    assert core == dict.fromkeys(ODD, 0) | {"right": 2, "prints": 2, "cells": 2}
    assert all(r["status"] == "graded" for r in records.values())
    messages = {name: r["tests"][0]["message"] for name, r in records.items()}
    assert messages["raises"] == "It raised ValueError: bad \\ud800"
    assert messages["describes"] == "It raised Odd: \\udcff"
    assert messages["returns"] == "double(3) is half \\ud800"
    assert "on import \\udcff" in messages["unread"]
    assert "odd\\udcff.py" in records["compiled"]["tests"][0]["where"]
    answers = [t["answers"] for t in records["raises"]["tests"] if "answers" in t]
    assert answers == [{"double": "in my words \\ud800"}]


def test_pages_and_worksheet_hold_everyone(graded: Path) -> None:
    assert len(list((graded / "report" / "students").glob("*.html"))) == len(ODD) + 1
    rows = list(csv.DictReader((graded / "worksheet.csv").open(encoding="utf-8")))
    assert {r["student"] for r in rows} == set(ODD) - {"unread"}


def test_the_same_command_finds_all_done(course: Path, graded: Path) -> None:
    done = grade(course, "class", "--out", "out")
    assert "0 now" in done.stdout


@pytest.mark.parametrize("to", ["csv", "gradescope", "classroom50"])
def test_every_format_takes_them(graded: Path, tmp_path: Path, to: str) -> None:
    one = () if to == "csv" else ("--student", "returns", "--unit", UNIT)
    env = ASCII | small_course.RUNNER | {"OWNER": "\udcff"}
    done = command("export", graded, "--to", to, "--out", tmp_path / "e", *one, env=env)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "e").read_text(encoding="utf-8")


def test_records_that_others_wrote_are_read(course: Path, graded: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    record = json.loads((graded / "records" / "raises" / f"{UNIT}.json").read_text(encoding="utf-8"))
    record |= {"student": "half \ud800"}
    write_files(out, {f"records/half/{UNIT}.json": json.dumps(record)})
    for arguments in (("report", out), ("export", out, "--to", "csv")):
        done = command(*arguments, cwd=course, env=ASCII)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["raises", "prints"])
def test_one_record_on_standard_output(course: Path, name: str) -> None:
    done = grade(course, f"class/{name}/doubling.py", "--json")
    assert json.loads(done.stdout)["status"] == "graded"


def test_a_module_of_any_name_that_match_finds(course: Path, tmp_path: Path) -> None:
    names = ("class/ada/double\udcff.py", "class/bob\udcff/work.py", "class/cyd/work.py")
    write_files(tmp_path, dict.fromkeys(names, RIGHT))
    done = grade(
        course,
        str(tmp_path / "class"),
        "--match",
        "(?P<student>[^/]+)/",
        "--unit",
        UNIT,
        "--out",
        tmp_path / "o",
    )
    assert done.returncode == 0, done.stderr
    records = records_in(tmp_path / "o")
    assert {n: r["submission"]["files"] for n, r in records.items()} == {
        "ada": ["double\\udcff.py"],
        "cyd": ["work.py"],
    }


@pytest.mark.parametrize("name", ["unread", "compiled"])
def test_a_students_own_pytest_tells_it(course: Path, name: str) -> None:
    done = student_pytest("--submission", f"class/{name}", cwd=course)
    assert done.returncode == 1 and "0 of 5 points" in done.stdout, done.stdout
    assert "INTERNALERROR" not in done.stdout
    assert "█" in done.stdout or "░" in done.stdout
    assert r"\ud" in done.stdout
