"""A notebook that nbgrader refuses, written anew: nbformat takes it, with the same code cells."""

from __future__ import annotations

import nbformat
from fuzz import expect
from fuzz.place import empty_folder
from fuzz.targets import notebook

from grader.intake.submission.notebook_reader import NotebookError, read_code
from grader.outputs.nbgrader.rewrite import copy_rewritten

INPUTS = notebook.INPUTS


def run(data: bytes) -> None:
    with empty_folder("submission") as place:
        (place / "in").mkdir()
        (place / "in" / "work.ipynb").write_bytes(data)
        try:
            copy_rewritten(place / "in", place / "out")
        except NotebookError:
            return
        file = place / "out" / "work.ipynb"
        nbformat.validate(nbformat.read(file, as_version=4))
        file.read_bytes().decode("utf-8")
        expect(all(cell.number > 0 for cell in read_code(file)), "no cells")
