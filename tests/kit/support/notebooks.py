"""Notebooks for the kit's own tests: made from the answer keys, filled in or not, and written as JSON."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from grader.course import Course, Unit
from grader.outputs.nbgrader.source_notebook import generate_notebook
from support import ROOT

Notebook = dict[str, Any]
UNITS = Course(ROOT).units


@cache
def _source(unit: Unit) -> str:
    return generate_notebook(unit, dict.fromkeys(unit.functions, 1))


def answered(unit: Unit) -> Notebook:
    """The unit's notebook with the answer key's solutions."""
    notebook: Notebook = json.loads(_source(unit))
    return notebook


def unanswered(unit: Unit) -> Notebook:
    """The same as students get it, made here by what nbgrader does; test_nbgrader has the real one."""
    notebook = answered(unit)
    for cell in notebook["cells"]:
        lines: list[str] = []
        inside = False
        for line in cell["source"].split("\n"):
            if "### BEGIN SOLUTION" in line:
                inside = True
                indent = line[: len(line) - len(line.lstrip())]
                lines += [f"{indent}# YOUR CODE HERE", f"{indent}raise NotImplementedError()"]
            elif "### END SOLUTION" in line:
                inside = False
            elif not inside:
                lines.append(line)
        cell["source"] = "\n".join(lines)
    return notebook


def notebook(*cells: str) -> Notebook:
    return {"cells": [code(text) for text in cells], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def code(text: str) -> Notebook:
    return {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": text}


def grade_id(cell: Notebook) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def changed(notebook: Notebook, change: Callable[[list[Notebook]], list[Notebook]]) -> Notebook:
    """The notebook with its list of cells changed."""
    return {**notebook, "cells": change(copy.deepcopy(notebook["cells"]))}


def write(notebook: Notebook, file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(notebook), encoding="utf-8")
    return file
