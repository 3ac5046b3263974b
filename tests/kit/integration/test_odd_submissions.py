"""What nobody expects in a submission costs that submission alone, and is told: at home, in a notebook, in a class."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import ROOT, command, records_in, student_pytest
from support.notebooks import code, write
from support.small_course import RIGHT, UNIT, write_course

from grader.intake.apart.client import HERE
from grader.intake.discovery.discover import discover
from grader.intake.submission.choice import importable
from grader.intake.submission.errors import SubmissionError
from grader.intake.submission.extraction import module_of
from grader.intake.submission.notebook_reader import Cell, NotebookError
from grader.intake.submission.staging import stage
from grader.intake.submission.submission import Submission

TREBLE = "def treble(x):\n    return 3 * x\n"
ODD_CELLS = {
    "list_as_key": "{[1, 2]: 3}",
    "list_as_key_in_an_assignment": "table = {[1, 2]: 3}",
    "dict_in_a_set": "{1, {2: 3}}",
    "list_as_default": "def treble(x, table={[1]: 2}):\n    return 3 * x",
    "list_in_a_class": "class A:\n    table = {[]: 1}",
    "operands_that_do_not_add": "-'a' + {1}",
    "many_digits": "x = " + "9" * 5000,
    "many_digits_beside_others": f"x = 0x{'f' * 5000}; y = 1",
    "nul": "x = 1\0",
    "half_a_letter": "x = '\ud800'",
    "deep_brackets": "(" * 5000 + ")" * 5000,
    "deep_minus": "x = " + "-" * 3000 + "1",
    "deep_sum": "x = " + "+".join(["1"] * 5000),
    "warnings": "x = '\\d'\ny = 1 is 1",
    "keyword_defined": "def class(:\ndef None(x):\nclass if:",
    "future": "from __future__ import braces",
    "await_at_the_top": "await f()",
    "tabs_and_spaces": "if 1:\n\tx = 1\n        y = 2",
    "end_of_the_file": "x = '''",
    "form_feed": "\x0cx = 1\x0c; y = 2",
    "star": "*a, = b; *c",
    "encoding": "# -*- coding: no-such -*-\nx = 1",
}
ODD_NOTEBOOKS: dict[str, Any] = {
    "cells_object": {"cells": {"a": 1}},
    "cells_number": {"cells": 7},
    "cells_null": {"cells": None},
    "cells_of_numbers": {"cells": [1, 2, [3]]},
    "source_number": {"cells": [{"cell_type": "code", "source": 7}]},
    "source_object": {"cells": [{"cell_type": "code", "source": {"a": []}}]},
    "source_of_lists": {"cells": [{"cell_type": "code", "source": [[], {}, "x = 1"]}]},
    "kind_list": {"cells": [{"cell_type": ["code"], "source": "x = 1", "metadata": [1]}]},
    "metadata_list": {
        "cells": [{"cell_type": "code", "source": "x = {[]: 1}", "metadata": [1]}],
        "metadata": [],
    },
    "worksheets_number": {"worksheets": 1},
    "a_list": [],
    "a_number": 3,
    "a_text": "cells",
}


def notebook_of(*texts: str) -> dict[str, Any]:
    return {"cells": [code(text) for text in texts], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@pytest.mark.parametrize("odd", ODD_CELLS.values(), ids=ODD_CELLS)
def test_an_odd_cell_costs_none_of_the_others(odd: str, tmp_path: Path) -> None:
    file = write(notebook_of(RIGHT, odd, TREBLE), tmp_path / "doubling.ipynb")
    staged = stage(Submission("", UNIT, file, (file,)), "doubling", tmp_path / "staged")
    module = staged.extract(("double",))
    there: dict[str, Any] = {}
    exec(module.read_text(encoding="utf-8"), there)
    assert (there["double"](4), there["treble"](4)) == (8, 12)


@pytest.mark.parametrize("odd", ODD_NOTEBOOKS.values(), ids=ODD_NOTEBOOKS)
def test_an_odd_notebook_is_read_or_said_not_to_be(odd: Any, tmp_path: Path) -> None:
    file = write(odd, tmp_path / "doubling.ipynb")
    try:
        module = stage(Submission("", UNIT, file, (file,)), "doubling", tmp_path / "staged").extract()
    except SubmissionError as error:
        assert str(error).startswith("doubling.ipynb")
        return
    ast.parse(module.read_text(encoding="utf-8"))


PIECES = """{[1]:2} x = ( ) [ ] { } ' \"\"\" ; # %time !ls ? é async await lambda: f'{ def~f(a={[]:1}): class~A:
from~__future__~import~annotations import~a for~i~in~x: x.append(1)"""
PIECES_AND_SPACES = [
    *(piece.replace("~", " ") for piece in PIECES.split()),
    "\n",
    "\n    ",
    "\\\n",
    "%%time\n",
    "\t",
    "\r",
    " ",
    "\0",
    "\ud800",
    "0x" + "f" * 5000,
]


@settings(max_examples=300, deadline=None)
@given(
    cells=st.lists(
        st.lists(st.sampled_from(PIECES_AND_SPACES), max_size=8).map("".join) | st.text(max_size=30),
        max_size=3,
    )
)
def test_no_text_makes_extraction_raise(cells: list[str]) -> None:
    try:
        text = module_of([Cell(i, source) for i, source in enumerate([RIGHT, *cells], 1)], ("double",))
    except NotebookError:
        return
    compile(text.encode("utf-8", "replace"), "module", "exec")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["code", "x = {[]: 1}"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["cells", "source", "cell_type", "input", "worksheets"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(content=JSON, cut=st.integers(0, 400))
def test_no_json_makes_reading_raise_but_in_words(
    content: Any, cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("odd")
    file = folder / "doubling.ipynb"
    file.write_bytes(json.dumps({"cells": content}).encode()[: cut + 1])
    submission = Submission("", UNIT, file, (file,))
    for read in (submission.sha256, lambda: stage(submission, "doubling", folder / "staged").extract()):
        try:
            read()
        except SubmissionError as error:
            assert "doubling.ipynb" in str(error)


def three(root: Path, odd: dict[str, Any]) -> Path:
    course = write_course(root, {"ann": RIGHT, "zoe": RIGHT})
    write(odd, course / "class" / "eve" / "doubling.ipynb")
    return course


def test_a_class_is_graded_whose_notebook_has_a_list_as_a_key(tmp_path: Path) -> None:
    course = three(tmp_path, notebook_of(RIGHT, "{[1, 2]: 3}"))
    done = command("grade", "class", "--out", "out", "--secret", "secret", cwd=course)
    assert done.returncode == 0, done.stderr
    scores = {name: r["score"]["core"]["earned"] for name, r in records_in(course / "out").items()}
    assert scores == {"ann": 2, "eve": 2, "zoe": 2}


BROKEN = """from grader.intake.apart.client import HERE
HERE.inside = True  # everything is read in this process
import grader.intake.submission.{module} as module
def broken(*_): raise KeyError('cells')
module.{what} = broken
"""
RUN = "import sys, runpy\nsys.argv = ['grader', *sys.argv[1:]]\nrunpy.run_module('grader', run_name='__main__')\n"


@pytest.mark.parametrize(("module", "what"), [("reading", "read_cells"), ("staging", "module_text")])
def test_whatever_else_is_raised_over_one_submission_is_told_of_it_alone(
    module: str, what: str, tmp_path: Path
) -> None:
    """One that fails as it is found is a finding; one that fails as it is copied has a record that says why."""
    course = three(tmp_path, notebook_of(RIGHT))
    arguments = ["grade", "class", "--out", "out", "--secret", "secret"]
    done = subprocess.run(
        [sys.executable, "-u", "-c", BROKEN.format(module=module, what=what) + RUN, *arguments],
        cwd=course,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert "doubling.ipynb could not be read: KeyError: 'cells'" in " ".join(done.stderr.split())
    records = records_in(course / "out")
    assert {n: r["status"] for n, r in records.items() if n != "eve"} == {"ann": "graded", "zoe": "graded"}
    if module == "staging":
        assert records["eve"]["status"] == "not_run"
        assert "KeyError" in records["eve"]["fault"]


def test_a_folder_that_cannot_be_looked_through_is_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ann", "eve", "zoe"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "doubling.py").write_text(RIGHT)
    before = Path.is_dir

    def is_dir(path: Path) -> bool:
        if path.name == "eve" and sys._getframe(1).f_code.co_name == "_in_class":
            raise PermissionError(13, "Permission denied", str(path))
        return before(path)

    monkeypatch.setattr(Path, "is_dir", is_dir)
    monkeypatch.setattr(HERE, "inside", True)
    found = discover(tmp_path, {UNIT: "doubling"}, workdir=tmp_path / "work")
    assert [s.student for s in found.submissions] == ["ann", "zoe"]
    assert [(p.kind, p.path and p.path.name) for p in found.findings] == [("unreadable", "eve")]


def test_at_home_and_where_it_is_joined_the_other_cells_count(tmp_path: Path) -> None:
    course = write_course(tmp_path, {})
    file = write(notebook_of(RIGHT, "{[1, 2]: 3}"), course / "assignments" / UNIT / "doubling.ipynb")
    tested = student_pytest(f"tests/{UNIT}", cwd=course)
    assert "TypeError" not in tested.stdout + tested.stderr
    assert tested.returncode == 0, tested.stdout
    module, _ = importable(file, "doubling", ("double",))
    assert "def double" in module.read_text()
    checked = command("check", UNIT, cwd=course)
    assert checked.returncode == 0, checked.stdout + checked.stderr
