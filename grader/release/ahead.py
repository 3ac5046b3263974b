"""Before nbgrader runs a notebook, all that its cells define is defined ahead.

nbgrader checks a function right after its cell. There, a function that calls one of a later cell would fail, though it
works in the notebook as a whole, which is what students see and what `grader grade` judges. nbgrader_config.py names
these two preprocessors, which go around nbgrader's own Execute.
"""

from __future__ import annotations

from typing import Any

from nbformat.v4 import new_code_cell
from nbgrader.preprocessors import NbGraderPreprocessor

from grader.course.extraction import module_of
from grader.course.notebooks import Cell, NotebookError

_TAG = "grader-ahead"


class DefineAhead(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts a cell in front that defines what the others define, without what they try out."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        cells = [Cell(number, c.source) for number, c in enumerate(nb.cells, 1) if c.cell_type == "code"]
        try:
            module = module_of(cells)
        except NotebookError:  # as a whole it has no meaning; its cells may have
            return nb, resources
        nb.cells.insert(0, new_code_cell(module, metadata={"tags": [_TAG]}))
        return nb, resources


class ForgetAhead(NbGraderPreprocessor):  # type: ignore[misc]
    """Takes that cell away again, so that nobody who reads the notebook meets it."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        nb.cells = [cell for cell in nb.cells if _TAG not in cell.metadata.get("tags", [])]
        return nb, resources
