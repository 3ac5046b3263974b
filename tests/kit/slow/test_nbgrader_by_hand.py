"""Points by hand in nbgrader's gradebook: those of the worksheet, and those that somebody gave in formgrader."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest
from support import command
from support.written_course import UNIT, answering, grade_by_hand, graded, rows_of, save, write_course

pytest.importorskip("nbgrader", reason="needs nbgrader: pip install -c constraints.txt nbgrader")

QUERY = """
    select student.id, base_cell.name, {columns}
    from {table}
    join submitted_notebook on {table}.notebook_id = submitted_notebook.id
    join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
    join student on submitted_assignment.student_id = student.id
    join base_cell on base_cell.id = {table}.cell_id
"""
POINTS = {("ada", "why"): "2,5", ("ada", "more"): "1.5", ("zoë", "why"): "1"}
LATE = '[late]\nquestion = "And now?"\npoints = 1\n[[late.criteria]]\ntext = "Something"\npoints = 1\n'
Cells = dict[tuple[str, str], tuple[object, ...]]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graded class whose work is in a course of nbgrader, nb/, and which has been graded by hand."""
    students = {"ada": answering("Because.", "And."), "zoë": answering("Deshalb."), "mia": "x = 1\n"}
    root = write_course(tmp_path_factory.mktemp("room") / "course", students)
    done = command("release", root.parent / "bundle", "--nbgrader", root / "nb", cwd=root)
    assert done.returncode == 0, done.stderr
    grade_by_hand(graded(root), POINTS, "Look again.")
    done = export(root, "--submissions", root / "class")
    assert done.returncode == 0, done.stderr
    return root


def export(root: Path, *more: object) -> subprocess.CompletedProcess[str]:
    return command("export", root / "out", "--to", "nbgrader", "--course", root / "nb", *more, cwd=root)


def cells(root: Path, columns: str, table: str = "grade") -> Cells:
    """(student, cell) → these columns."""
    with sqlite3.connect(root / "nb" / "gradebook.db") as database:
        found = database.execute(QUERY.format(columns=columns, table=table))
        return {(student, cell): tuple(values) for student, cell, *values in found}


def set_in_formgrader(root: Path, change: str, table: str = "grade") -> None:
    with sqlite3.connect(root / "nb" / "gradebook.db") as database:
        database.execute(f"update {table} set {change}")


def test_the_worksheet_is_entered_and_the_total_is_that_of_the_other_exports(course: Path) -> None:
    grades = cells(course, "manual_score, extra_credit, needs_manual_grade")
    assert grades["ada", "why"] == (2.5, None, 0) and grades["zoë", "why"] == (1, None, 0)
    assert grades["ada", "more"] == (0, 1.5, 0), "stretch is extra credit"
    assert grades["mia", "why"][0] is None
    assert cells(course, "manual_comment", "comment")["ada", "why"] == ("Look again.",)
    assert command("export", course / "out", "--to", "csv", cwd=course).returncode == 0
    totals = dict.fromkeys(("ada", "mia", "zoë"), 0.0)
    columns = "coalesce(manual_score, auto_score, 0) + coalesce(extra_credit, 0)"
    for (student, _), (score,) in cells(course, columns).items():
        totals[student] += float(str(score))
    assert totals == {"ada": 9, "mia": 0, "zoë": 5}
    text = (course / "out" / "grades.csv").read_text(encoding="utf-8")
    for student, total in totals.items():
        (line,) = [line for line in text.splitlines() if f",{student}," in line]
        assert line.endswith(f",{total:g},7")


def test_what_somebody_gave_in_formgrader_stays_and_is_told(course: Path, tmp_path: Path) -> None:
    course = shutil.copytree(course, tmp_path / "course")
    set_in_formgrader(course, "manual_score = 2 where manual_score = 2.5")
    set_in_formgrader(course, "manual_comment = 'Mine.' where manual_comment is not null", "comment")
    grade_by_hand(course / "out", {**POINTS, ("zoë", "why"): "3", ("ada", "more"): ""}, "Better.")
    done = export(course)
    assert done.returncode == 0
    assert "why: 2 points that somebody gave in formgrader stay, and worksheet.csv has 2.5" in done.stderr
    assert "why: the comment that somebody wrote in formgrader stays as it is" in done.stderr
    grades = cells(course, "manual_score, extra_credit, needs_manual_grade")
    assert grades["ada", "why"][0] == 2 and grades["zoë", "why"] == (3, None, 0), "our own are replaced"
    assert grades["ada", "more"] == (None, None, 1), "and withdrawn"
    assert cells(course, "manual_comment", "comment")["ada", "why"] == ("Mine.",)


def test_points_without_a_cell_are_told(course: Path, tmp_path: Path) -> None:
    """A rubric that came after nbgrader's release."""
    course = shutil.copytree(course, tmp_path / "course")
    rubrics = course / "tests" / UNIT / "rubrics.toml"
    rubrics.write_text(rubrics.read_text() + LATE)
    unit = rubrics.with_name("unit.toml")
    unit.write_text(unit.read_text() + "[functions.late]\n")
    assert command("report", course / "out", cwd=course).returncode == 0
    row = next(r for r in rows_of(course / "out") if r["student"] == "zoë")
    save(course / "out", [*rows_of(course / "out"), row | {"question": "late", "answer": "", "points": "1"}])
    done = export(course, "--student", "zoë")
    assert done.returncode == 1
    assert f"NOT EXPORTED: zoë, {UNIT}: points by hand for late" in done.stderr
    assert cells(course, "manual_score")["zoë", "why"] == (1,)
