"""Notebooks that nbgrader refuses to read, written so that it does not: with their texts, without their outputs.

The kit reads more than nbformat accepts: other encodings, metadata that are missing or changed. Whoever has a grade has
to come into the gradebook, too.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grader.intake.submission.notebook_reader import read_code
from grader.plain_files import read_plain

_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_KINDS = ("code", "markdown", "raw")


def copy_readable(handed_in: Path, folder: Path) -> None:
    """Copy the folder of a submission to `folder`, which is made, with every notebook in it written anew.

    A link stays as it is: what it leads to would be overwritten. Raises OSError, and NotebookError for a notebook of
    which nothing can be read.
    """
    shutil.copytree(handed_in, folder, symlinks=True)
    for file in folder.glob("*.ipynb"):
        if file.is_symlink():
            continue
        cells = [_written_anew(cell, number) for number, cell in enumerate(_cells(file))]
        notebook = {"cells": cells, "metadata": {"kernelspec": _KERNEL}, "nbformat": 4, "nbformat_minor": 5}
        file.write_text(json.dumps(notebook), encoding="utf-8")


def _cells(file: Path) -> list[dict[str, Any]]:
    """The cells as they are in the file; its code cells alone where the rest can't be read as JSON."""
    try:
        data = json.loads(_decoded(read_plain(file)), strict=False)
        found = [cell for cell in _listed(data) if isinstance(cell, dict)]
    except (ValueError, RecursionError):
        found = []
    return found or [{"cell_type": "code", "source": cell.source} for cell in read_code(file)]


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _listed(data: Any) -> Iterator[Any]:
    """The cells of nbformat 4, or of the worksheets of nbformat 3."""
    if isinstance(data, dict):
        places = data.get("worksheets") if isinstance(data.get("worksheets"), list) else [data]
        for place in places or []:
            cells = place.get("cells") if isinstance(place, dict) else None
            yield from cells if isinstance(cells, list) else []


def _written_anew(cell: dict[str, Any], number: int) -> dict[str, Any]:
    kind = cell.get("cell_type")
    about = cell.get("metadata")
    about = about.get("nbgrader") if isinstance(about, dict) else None
    name = about.get("grade_id") if isinstance(about, dict) else None
    new = {
        "cell_type": kind if kind in _KINDS else "raw",
        "id": f"cell-{number}",
        "metadata": {"nbgrader": {"grade_id": name, "schema_version": 3}} if isinstance(name, str) else {},
        "source": _text(cell.get("source", cell.get("input", ""))),
    }
    return {**new, "execution_count": None, "outputs": []} if kind == "code" else new


def _text(value: Any) -> str:
    """A text, or a list of texts joined, without halves of letters, which can't be saved."""
    lines = value if isinstance(value, list) else [value]
    text = "".join(line for line in lines if isinstance(line, str))
    return text.encode("utf-8", "replace").decode("utf-8")
