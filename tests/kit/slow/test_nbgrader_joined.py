"""A unit that joins another, autograded by nbgrader: it joins what the same student handed in."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT, command
from support.joined_course import KEY_ONE, WRONG_ONE, write_course
from support.notebooks import Notebook, grade_id, notebook, write

pytest.importorskip("nbgrader", reason="needs nbgrader: pip install -c constraints.txt nbgrader")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return write_course(tmp_path / "course")


def test_nbgrader_joins_what_the_same_student_handed_in(course: Path) -> None:
    classroom = course / "nbgrader"
    done = command("release", course / "bundle", "--nbgrader", classroom, cwd=course)
    assert done.returncode == 0, done.stderr
    for student, one in (("ann", KEY_ONE), ("bob", WRONG_ONE)):
        folder = classroom / "submitted" / student
        write(notebook(one), folder / "01_doubling" / "doubling.ipynb")
        write(solved(classroom), folder / "02_quadrupling" / "quadrupling.ipynb")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", "02_quadrupling"],
        cwd=classroom,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert scores(classroom) == {
        "ann": {"check_quadruple": 1, "check_peek": 1},
        "bob": {"check_quadruple": 0, "check_peek": 1},
    }


def solved(classroom: Path) -> Notebook:
    source, release = (
        json.loads((classroom / step / "02_quadrupling" / "quadrupling.ipynb").read_text(encoding="utf-8"))
        for step in ("source", "release")
    )
    answers = {grade_id(c): c["source"] for c in source["cells"]}
    for cell in release["cells"]:
        if grade_id(cell) in ("quadruple", "peek"):
            cell["source"] = answers[grade_id(cell)]
    return dict(release)


def scores(classroom: Path) -> dict[str, dict[str, float]]:
    """Student → cell → its automatic score."""
    query = """
        select student.id, base_cell.name, grade.auto_score
        from grade
        join submitted_notebook on grade.notebook_id = submitted_notebook.id
        join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
        join student on submitted_assignment.student_id = student.id
        join base_cell on base_cell.id = grade.cell_id
    """
    found: dict[str, dict[str, float]] = {}
    with sqlite3.connect(classroom / "gradebook.db") as database:
        for student, cell, score in database.execute(query):
            found.setdefault(student, {})[cell] = score
    return found
