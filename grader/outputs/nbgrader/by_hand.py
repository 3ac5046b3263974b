"""Enter points that a person gave in the worksheet into nbgrader's cells for them.

What somebody gave in formgrader stays: notes of what was entered here before tell the two apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from grader.outputs.report.rubrics import WORKSHEET
from grader.records.graded_class import ManualGrade, ReportedRecord
from grader.spreadsheet import figures

Given = dict[str, Any]  # what was entered earlier: place → points or comment


@dataclass
class EnteredByHand:
    """The outcome for a record's manual grades: sentences on what stays, and questions without a cell."""

    kept: list[str] = field(default_factory=list)
    without_cell: list[str] = field(default_factory=list)


def enter_by_hand(gradebook: Any, record: ReportedRecord, given: Given, *, bonus: bool) -> EnteredByHand:
    """Enter points as manual scores, and comments as such. Points of a stretch question are extra credit."""
    done = EnteredByHand()
    submission = gradebook.find_submission(record.unit, record.student)
    cells = {cell.name: cell for notebook in submission.notebooks for cell in notebook.grades}
    comments = {comment.name: comment for notebook in submission.notebooks for comment in notebook.comments}
    for grade in record.manual:
        key = f"{record.student}/{record.unit}/{grade.name}"
        if grade.name in cells:
            done.kept += _points(cells[grade.name], grade, given, key, bonus)
        elif grade.points is not None:
            done.without_cell.append(grade.name)
        if grade.name in comments and not _put(
            comments[grade.name], "manual_comment", grade.comment or None, given, key
        ):
            done.kept.append(f"{grade.name}: the comment that somebody wrote in formgrader stays as it is")
    gradebook.db.commit()
    return done


def _points(cell: Any, grade: ManualGrade, given: Given, key: str, bonus: bool) -> list[str]:
    points = None if grade.points is None else float(grade.points)
    touched = points is not None or f"{key}/manual_score" in given
    if grade.bonus:
        if not _put(cell, "extra_credit", points if bonus else None, given, key):
            return [f"{grade.name}: extra credit that somebody gave in formgrader stays as it is"]
        points = None if points is None else 0.0
    if not _put(cell, "manual_score", points, given, key):
        has = "none" if grade.points is None else figures(grade.points)
        return [
            f"{grade.name}: {cell.manual_score:g} points that somebody gave in formgrader stay, "
            f"and {WORKSHEET} has {has}, which the other exports count"
        ]
    if touched:
        cell.needs_manual_grade = grade.outdated or grade.waits
    return []


def _put(place: Any, name: str, ours: float | str | None, given: Given, key: str) -> bool:
    """Set an attribute. False when somebody has set it to something else than what was entered here."""
    key = f"{key}/{name}"
    theirs = getattr(place, name)
    nothing = theirs in (None, "") or (name == "extra_credit" and theirs == 0)
    if not nothing and theirs not in (ours, given.get(key)):
        return False
    setattr(place, name, ours)
    given.pop(key, None)
    if ours is not None:
        given[key] = ours
    return True
