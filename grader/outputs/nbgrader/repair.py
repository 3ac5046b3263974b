"""Repair what students did to the cells of a notebook, before nbgrader grades it.

nbgrader stops at metadata that were changed, at a cell that is there twice while another is missing, and at a test cell
that was deleted together with the cell before it. Therefore every cell that the gradebook knows is given its own
metadata again, a second one of the same name becomes an ordinary cell, and graded cells that are missing come at the
end, where they see all that is defined. The maximum is then the same for everybody. nbgrader_config.py names this
preprocessor.
"""

from __future__ import annotations

from typing import Any

from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor


class RepairCells(NbGraderPreprocessor):  # type: ignore[misc]
    """In place of nbgrader's DeduplicateIds; OverwriteCells has to come after it."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            notebook = gradebook.find_notebook(about["notebook"], about["assignment"])
            sources = {cell.name: cell for cell in notebook.source_cells}
            points = {cell.name: cell.max_score for cell in notebook.grade_cells}
            solutions = {cell.name for cell in notebook.solution_cells}
            seen: set[str] = set()
            for cell in reversed(nb.cells):  # the last of two counts, as with nbgrader
                given = cell.metadata.pop("nbgrader", None)
                name = given.get("grade_id") if isinstance(given, dict) else None
                if not isinstance(name, str) or name not in sources or name in seen:
                    continue
                if cell.cell_type == sources[name].cell_type:  # a code cell that was made a text stays a text
                    seen.add(name)
                    cell.metadata["nbgrader"] = _metadata(sources[name], points, solutions)
            for name in points:
                if name not in seen:
                    make = new_code_cell if sources[name].cell_type == "code" else new_markdown_cell
                    metadata = {"nbgrader": _metadata(sources[name], points, solutions)}
                    nb.cells.append(make(sources[name].source, metadata=metadata))
        return nb, resources


def _metadata(source: Any, points: dict[str, float], solutions: set[str]) -> dict[str, Any]:
    graded = {"points": points[source.name]} if source.name in points else {}
    return {
        "schema_version": 3,
        "grade_id": source.name,
        "grade": source.name in points,
        "solution": source.name in solutions,
        "locked": source.locked,
        "task": False,
        "checksum": source.checksum,
        "cell_type": source.cell_type,
        **graded,
    }
