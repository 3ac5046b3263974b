"""A notebook's file: refused with a NotebookError, or code cells, out of which a module is extracted that compiles."""

from __future__ import annotations

import json
from typing import Any

from fuzz import expect
from fuzz.damage import damaged, texts
from fuzz.place import as_file
from fuzz.targets.cells import CELLS, compiles
from hypothesis import strategies as st

from grader.intake.submission.errors import SubmissionError
from grader.intake.submission.notebook_reader import NotebookError, read_code
from grader.intake.submission.reading import module_text, read_cells

_TOKENS = [
    *(
        b'"cells":[',
        b'"worksheets":[{"cells":[',
        b'{"cell_type":"code","source":[',
        b'"input":',
        b'"outputs":[',
    ),
    *(b'"\\ud800"', b"[[[[", b"NaN", b"//", b"'", b'\\"', b"\\", b",,", b"}", b"]"),
]


def _cell(source: Any, kind: str, style: int) -> dict[str, Any]:
    given = source.splitlines(keepends=True) if style % 2 else source
    return {
        "cell_type": kind,
        "metadata": {"a": [{}]},
        "input" if style > 1 else "source": given,
        "outputs": [],
    }


_SOURCES = st.sampled_from(CELLS) | texts(40)
_CELLS = st.builds(_cell, _SOURCES, st.sampled_from(["code", "code", "markdown", "x"]), st.integers(0, 3))
_NOTEBOOKS = st.builds(
    lambda cells, old, ascii_only: json.dumps(
        {"worksheets": [{"cells": cells}]} if old else {"nbformat": 4, "cells": cells, "metadata": {}},
        ensure_ascii=ascii_only,
    ),
    st.lists(_CELLS, max_size=5),
    st.booleans(),
    st.booleans(),
)
_ENCODED = st.builds(
    lambda text, encoding: text.encode(encoding, "replace"),
    _NOTEBOOKS,
    st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
INPUTS = damaged(_ENCODED, _TOKENS)


def run(data: bytes) -> None:
    file = as_file("notebook.ipynb", data)
    try:
        cells = read_code(file)
    except NotebookError:
        cells = None
    try:
        crossed = read_cells(file)
    except SubmissionError:
        expect(cells is None, "read once, and refused the second time")
        return
    expect(cells is not None, "refused once, and read the second time")
    assert cells is not None
    expect(all("\r" not in cell.source and cell.number > 0 for cell in cells), cells)
    expect(json.loads(crossed) == [[cell.number, cell.source] for cell in cells], crossed)
    if sum(len(cell.source) for cell in cells) > 20_000:  # would be read in a process of its own
        return
    try:
        text = module_text(file, crossed, ["f"])
    except SubmissionError:
        return
    compiles(text, cells)
