"""Write a notebook anew that nbgrader refuses to read: with its texts, without its outputs.

The kit reads more than nbformat accepts: other encodings, metadata that are missing or changed. Whoever has a grade has
to come into the gradebook, too.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode, v4

from grader.intake.submission.notebook_reader import decoded, read_code
from grader.plain_files import read_plain

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_MAKE = {"code": v4.new_code_cell, "markdown": v4.new_markdown_cell, "raw": v4.new_raw_cell}


def copy_rewritten(submission: Path, folder: Path) -> None:
    """Copy the folder of a submission to `folder`, which is made, with every notebook in it written anew.

    A link stays as it is: its target would be overwritten. Raise OSError, and NotebookError for a notebook from which
    nothing can be read.
    """
    shutil.copytree(submission, folder, symlinks=True)
    for file in folder.glob("*.ipynb"):
        if file.is_symlink():
            continue
        cells = [_rewritten(cell, number) for number, cell in enumerate(_cells(file))]
        notebook = v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
        nbformat.write(notebook, file, split_lines=False)


def _cells(file: Path) -> list[dict[str, Any]]:
    """Return the cells as they are in the file; its code cells alone where the rest can't be read as JSON."""
    try:
        data = json.loads(decoded(read_plain(file)), strict=False)
        found = [cell for cell in _listed(data) if isinstance(cell, dict)]
    except (ValueError, RecursionError):
        found = []
    return found or [{"cell_type": "code", "source": cell.source} for cell in read_code(file)]


def _listed(data: Any) -> Iterator[Any]:
    """Yield the cells of nbformat 4, or of the worksheets of nbformat 3."""
    if isinstance(data, dict):
        places = data.get("worksheets") if isinstance(data.get("worksheets"), list) else [data]
        for place in places or []:
            cells = place.get("cells") if isinstance(place, dict) else None
            yield from cells if isinstance(cells, list) else []


def _rewritten(cell: dict[str, Any], number: int) -> NotebookNode:
    """Return a valid cell of the same kind, source and nbgrader's name; a raw one if the kind is unknown."""
    kind = cell.get("cell_type")
    make = _MAKE.get(kind, v4.new_raw_cell) if isinstance(kind, str) else v4.new_raw_cell
    about = cell.get("metadata")
    about = about.get("nbgrader") if isinstance(about, dict) else None
    name = about.get("grade_id") if isinstance(about, dict) else None
    metadata = {"nbgrader": {"grade_id": name, "schema_version": 3}} if isinstance(name, str) else {}
    source = _text(cell.get("source", cell.get("input", "")))
    return make(source, id=f"cell-{number}", metadata=metadata)


def _text(value: Any) -> str:
    """Return a text, or a list of texts joined, without lone surrogates, which can't be saved."""
    lines = value if isinstance(value, list) else [value]
    text = "".join(line for line in lines if isinstance(line, str))
    return text.encode("utf-8", "replace").decode("utf-8")
