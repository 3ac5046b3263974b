"""Move the checks of a notebook after all that it defines, for as long as nbgrader runs it.

nbgrader runs a notebook from top to bottom, and so checks a function right after its cell. There a function that calls
one of a later cell would fail, and one that a later cell defines again would be judged by its first form, though
`grader grade` judges the module extracted from the notebook. nbgrader_config.py names these two preprocessors, which go
around nbgrader's own Execute. Both may come twice, for nbgrader reads its settings twice and joins them.
"""

from __future__ import annotations

from typing import Any

from nbformat.v4 import new_code_cell
from nbgrader.preprocessors import NbGraderPreprocessor

from grader.intake.submission.extraction import module_of
from grader.intake.submission.notebook_reader import Cell, NotebookError

_PLACE = "grader_place"  # of a cell among the others, for as long as they are out of order
_CHECK = "check_"


class ChecksLast(NbGraderPreprocessor):  # type: ignore[misc]
    """Put the notebook without its checks first, then all that it defines once more, then the checks."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        if any(_PLACE in cell.metadata for cell in nb.cells):
            return nb, resources
        cells = [Cell(number, c.source) for number, c in enumerate(nb.cells, 1) if c.cell_type == "code"]
        for place, cell in enumerate(nb.cells):
            cell.metadata[_PLACE] = place
        try:
            defined = [new_code_cell(module_of(cells))]
        except NotebookError:  # as a whole it can't be graded, but its cells may run
            defined = []
        checks = [cell for cell in nb.cells if _is_check(cell)]
        nb.cells = [*(cell for cell in nb.cells if not _is_check(cell)), *defined, *checks]
        return nb, resources


class InOrder(NbGraderPreprocessor):  # type: ignore[misc]
    """Put the cells back into the student's order."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        own = [cell for cell in nb.cells if _PLACE in cell.metadata]
        if own:
            nb.cells = sorted(own, key=lambda cell: int(cell.metadata[_PLACE]))
        for cell in own:
            del cell.metadata[_PLACE]
        return nb, resources


def _is_check(cell: Any) -> bool:
    about = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and str(about.get("grade_id", "")).startswith(_CHECK)
