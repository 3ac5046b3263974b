"""What would take Python, or a pattern, for ever to read is read in no time, or said to be too long to read."""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import ROOT, records_in
from support.notebooks import code, write
from support.small_course import RIGHT, write_course

from grader.intake.apart import limits
from grader.intake.submission import bounded
from grader.intake.submission import notebook_reader as notebooks
from grader.intake.submission.extraction import module_of
from grader.intake.submission.magics import plain_python
from grader.intake.submission.notebook_reader import Cell, NotebookError, read_code

SLOW = {
    "spaces": lambda n: f"x = 1\n{' ' * n})",
    "spaces_before_a_magic": lambda n: f"if 1:\n{' ' * n}%x\n)",
    "commas": lambda n: f"{'a, ' * n})",
    "question_marks": lambda n: f"{'a' * n} {'?' * n})",
    "defs": lambda n: f"{'def' + ' ' * n}\n)",
    "magics": lambda n: "%m\n" * 150 + "x = f(1)\n" * (n // 100) + ")",
    "each_loads_the_next_but_from_below": lambda n: (
        "\n".join([f"a{i + 1} = f(a{i})" for i in range(n // 40)]) + f"\ndef f(x): return a{n // 40}"
    ),
    "texts": lambda n: f"%m\nx = {chr(39) * 3}" + "\\'" * n + ")",
}


def seconds(source: str) -> float:
    before = time.process_time()
    module_of([Cell(1, source)])
    return time.process_time() - before


@pytest.mark.parametrize("make", SLOW.values(), ids=SLOW)
def test_four_times_the_text_takes_no_sixteen_times_as_long(make: Callable[[int], str]) -> None:
    """With a wide margin, and no ratio is asked of what is over at once."""
    short, long = (min(seconds(make(n)) for _ in range(2)) for n in (20_000, 80_000))
    assert long < 10 * short + 0.5


def in_a_class(root: Path, *texts: str) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    """Grade a class of three of whom one has handed in a notebook of these cells."""
    course = write_course(root, {"ann": RIGHT, "zoe": RIGHT})
    cells = [code(text) for text in (RIGHT, *texts)]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    write(notebook, course / "class" / "eve" / "doubling.ipynb")
    done = subprocess.run(
        [sys.executable, "-m", "grader", "grade", "class", "--out", "out", "--secret", "secret"],
        cwd=course,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    return done, records_in(course / "out")


def test_a_class_is_graded_one_of_whom_has_a_line_of_spaces(tmp_path: Path) -> None:
    done, records = in_a_class(tmp_path, f"x = 1\n{' ' * 300_000})")  # half an hour, once
    assert done.returncode == 0, done.stderr
    assert {n: r["score"]["core"]["earned"] for n, r in records.items()} == {"ann": 2, "eve": 2, "zoe": 2}


def test_what_the_parser_itself_is_long_over_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "def double" in bounded.module_of(((1, RIGHT), (2, f"y = {'1 + ' * 300}1\n" * 40)), ())
    assert bounded.written_in("def f(): pass\n" * 5000, "def g(): pass") == (frozenset("f"), frozenset("g"))
    monkeypatch.setattr(limits, "SECONDS", 1)
    with pytest.raises(NotebookError, match="takes more than"):
        bounded.module_of(((1, f"x = f'{'{1}' * 300_000}'"),), ())


def test_what_is_said_of_long_cells_comes_from_the_other_process() -> None:
    with pytest.raises(NotebookError, match="statements"):
        bounded.module_of(((1, "x = 1\n" * 20_000),), ())


@pytest.mark.parametrize(
    "content",
    [
        b'{"metadata": [' + b"[]," * 2000 + b'1], "cells": []}',
        b'{"cells": [' + b"," * 200_000 + b"]}",
        b'{"cells": [' + b'{"cell_type": "code"},' * 200_000 + b"]}",
        b"{" + b'"a": 1,' * 300_000 + b'"cells": []}',
    ],
    ids=["lists", "commas", "cells", "entries"],
)
def test_a_notebook_of_too_many_parts_is_refused_in_words(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notebooks, "_MAX_SKIPPED", 3000)
    file = tmp_path / "doubling.ipynb"
    file.write_bytes(content)
    with pytest.raises(NotebookError, match=r"more than .* parts"):
        read_code(file)


def test_many_lists_of_cells_are_read(tmp_path: Path) -> None:
    file = tmp_path / "doubling.ipynb"
    file.write_bytes(b"{" + b'"cells": [{"cell_type": "code"}],' * 20_000 + b'"a": 1}')
    assert len(read_code(file)) == 20_000


MAGICS = {
    "%matplotlib inline": "pass",
    "  x = 1": None,
    "!echo don't (stop": "pass",
    "files = !ls -l": "files = None",
    "a, b = %sql select": "a, b = None",
    "logsumexp?": "pass",
    "torch.nn.Linear??": "pass",
    "x = (1\n% 2)": "x = (1\n% 2)",
    "x = 7 \\\n% 2": "x = 7 \\\n% 2",
    "x = '''\n%x\n!y\n'''": "x = '''\n%x\n!y\n'''",
    "x = 'a\\\n%x'": "x = 'a\\\n%x'",
    'x = "it\'s"\n%m': 'x = "it\'s"\npass',
    "x = r'\\''  # ' (\n%m": "x = r'\\''  # ' (\npass",
    "!pip install \\\n  fancy\nx = 2": "pass\n\nx = 2",
    "if x:\n    %time y = 1": "if x:\n    pass",
    "%%time\nx = 2": "\nx = 2",
    "%%bash\nls": "",
}


@pytest.mark.parametrize("source", MAGICS)
def test_what_only_jupyter_understands_goes_and_nothing_else(source: str) -> None:
    expected = MAGICS[source]
    if expected is None:
        with pytest.raises(SyntaxError):
            plain_python(source)
        return
    assert plain_python(source) == expected
    ast.parse(plain_python(source))
