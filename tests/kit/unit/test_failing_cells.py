"""Cells that fail cost the module that is made of a notebook no others, and what they would define says why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.small_course import UNIT, write_course

from grader.box.direct import DirectBox
from grader.endings import StudentError
from grader.intake.submission.choice import importable
from grader.intake.submission.progress import written_in


def box_of(folder: Path, *cells: str) -> DirectBox:
    folder.mkdir(exist_ok=True)
    notebook = folder / "doubling.ipynb"
    code: list[dict[str, Any]] = [{"cell_type": "code", "source": cell, "metadata": {}} for cell in cells]
    notebook.write_text(json.dumps({"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    module, _ = importable(notebook, "doubling", ["double"])
    probes = write_course(folder / "course", {}) / "tests" / UNIT / "probes.py"
    return DirectBox(module, probes, (), cpu_seconds=None)


def said_by(box: DirectBox, name: str = "double") -> tuple[str, str]:
    with pytest.raises(StudentError) as raised:
        box.request("call", name, [1], {}, None)
    return str(raised.value), raised.value.where


_MISSING = "import math\nfrom no_such_package import Float, reduce, wrapped\nimport no_such_package as nsp"
_GONE = "ModuleNotFoundError: No module named 'no_such_package'"


@pytest.mark.parametrize(
    "definition",
    [
        "def double(x: Float):\n    return 2 * x",
        "def double(x) -> Float:\n    return 2 * x",
        "@wrapped\ndef double(x):\n    return 2 * x",
        "def double(x, by=reduce(2)):\n    return by * x",
        "class double(Float):\n    pass",
        "@wrapped\ndef helper(x):\n    return 2 * x\n\n@helper\ndef double(x):\n    return helper(x)",
        "@wrapped\ndef helper(x):\n    return 2 * x\n\ndef double(x):\n    return helper(x)",
        "@wrapped\nclass Base:\n    pass\n\nclass double(Base):\n    pass",
    ],
)
def test_a_definition_that_an_import_keeps_from_being_run_says_so(tmp_path: Path, definition: str) -> None:
    box = box_of(tmp_path, _MISSING, definition, "def treble(x):\n    return 3 * x")
    said, where = said_by(box)
    assert said == _GONE
    assert where.startswith("cell 1, line 2, in ")
    assert box.request("call", "treble", [2], {}, None) == 6


def test_a_name_that_is_missing_in_a_body_says_why(tmp_path: Path) -> None:
    said, where = said_by(box_of(tmp_path, _MISSING, "def double(x):\n    return nsp.twice(x)"))
    assert said.startswith(
        f"NameError: name 'nsp' is not defined. It is missing because of {_GONE} (cell 1, line 3"
    )
    assert where.startswith("cell 2, line 2")
    said, _ = said_by(
        box_of(
            tmp_path / "b", "with open('gone.txt') as f:\n    BY = f.read()", "def double(x):\n    return BY"
        )
    )
    assert "name 'BY' is not defined. It is missing because of FileNotFoundError" in said
    said, _ = said_by(box_of(tmp_path / "c", "def double(x):\n    return nobody"))
    assert said == "NameError: name 'nobody' is not defined"


def test_what_an_earlier_cell_has_defined_stays_as_in_jupyter(tmp_path: Path) -> None:
    good, bad = "def double(x):\n    return 2 * x", "def double(x, by=missing):\n    return by * x"
    assert box_of(tmp_path / "a", good, bad).request("call", "double", [2], {}, None) == 4
    assert box_of(tmp_path / "b", bad, good).request("call", "double", [2], {}, None) == 4


def test_a_cell_may_await_at_its_top_level(tmp_path: Path) -> None:
    awaits = 'async def two():\n    return 2\n\n\ntext = """\nas it stands"""\nBY = await two()\n[BY async for _ in x]'
    with_body = "def double(x):\n    return BY * x\n\nawait two()"
    assert (
        box_of(tmp_path / "a", awaits.rpartition("\n")[0], with_body).request("call", "double", [2], {}, None)
        == 4
    )
    waits = "import asyncio\nBY = await asyncio.sleep(1, 2)"
    said, _ = said_by(box_of(tmp_path / "b", waits, with_body))
    assert "name 'BY' is not defined. It is missing because of RuntimeError: " in said
    no_form = "BY: int = await two()"  # what is annotated can't be global in a function
    said, _ = said_by(box_of(tmp_path / "d", no_form, "def double(x):\n    return BY * x"))
    assert "It is missing because of SyntaxError: annotated name 'BY' can't be global" in said
    said, where = said_by(box_of(tmp_path / "c", "return 3\n\ndef double(x):\n    return x"))
    assert said.startswith("SyntaxError: 'return' outside function") and "cell 1" in where


def test_what_guards_the_cells_is_nothing_that_the_student_has_written(tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    box = box_of(folder, _MISSING, "def double(x: Float):\n    return 2 * x")
    assert "_cell_failed" in box.path.read_text()
    assert written_in(box.path.read_text(), "def double(x):\n    return x + x\n") == (set(), set())


@pytest.mark.parametrize(
    ("cell", "named"),
    [
        ("%%writefile helper.py\ndef h(x):\n    return x", "%%writefile helper.py"),
        ("%run helper.py", "%run helper.py"),
        ("x = 1\n%cd ..", "%cd .."),
        ("!cp ../helper.py .", "!cp ../helper.py ."),
        ("%pip install helper", "%pip install helper"),
        ("import sys\nsys.path.append('..')", "sys.path.append('..')"),
        ("import os\nos.chdir('..')", "os.chdir('..')"),
    ],
)
@pytest.mark.parametrize(
    ("use", "words"),
    [
        ("from helper import h\n\ndef double(x):\n    return h(x)", "No module named 'helper'"),
        ("def double(x):\n    import helper\n    return helper.h(x)", "No module named 'helper'"),
        ("def double(x):\n    return open('helper.txt')", "No such file"),
        ("def double(x):\n    return h(x)", "name 'h' is not defined"),
    ],
)
def test_what_is_left_out_of_a_notebook_is_told_where_something_is_missing(
    tmp_path: Path, cell: str, named: str, use: str, words: str
) -> None:
    said, _ = said_by(box_of(tmp_path, cell, use))
    assert words in said
    assert f"left out when it is graded: cell 1: {named}" in said


def test_nothing_is_told_of_lines_that_do_nothing_outside(tmp_path: Path) -> None:
    shown = "%matplotlib inline\n%timeit 1\n%load_ext autoreload\nprint('!')"
    said, _ = said_by(box_of(tmp_path, shown, "def double(x):\n    return h(x)"))
    assert said == "NameError: name 'h' is not defined"


def test_what_is_left_out_is_not_told_of_other_failures(tmp_path: Path) -> None:
    said, _ = said_by(box_of(tmp_path, "!ls", "def double(x):\n    return x / 0"))
    assert said == "ZeroDivisionError: division by zero"


def test_a_name_that_a_failed_import_was_to_bind_is_not_just_unwritten(tmp_path: Path) -> None:
    said, where = said_by(box_of(tmp_path, "from no_such_package import double"))
    assert said == _GONE
    assert where.startswith("cell 1, line 1")


def test_global_at_the_top_level_of_a_cell_says_nothing(tmp_path: Path) -> None:
    box = box_of(
        tmp_path,
        "factor = 1",
        "if True:\n    global factor\n    factor = 2",
        "def double(x):\n    return factor * x",
    )
    assert box.request("call", "double", [3], {}, None) == 6


def test_a_definition_that_another_cell_forbids_costs_no_other(tmp_path: Path) -> None:
    """Annotations that are not evaluated may not give names a value."""
    box = box_of(
        tmp_path,
        "from __future__ import annotations",
        "def double(x):\n    return 2 * x",
        "def treble(x: (y := 1)):\n    return 3 * x",
    )
    assert box.request("call", "double", [3], {}, None) == 6
    text, _ = said_by(box, "treble")
    assert "'named expression' can not be used within an annotation (cell 3, line 1)" in text
