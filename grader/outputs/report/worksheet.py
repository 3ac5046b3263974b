"""The worksheet of the person who grades answers in free words: each answer beside what to look for in it.

A page to read, and a CSV file to write points and comments into. They are kept and count when the class is graded
again; where an answer has changed since, the row says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from grader.outputs.report.manual_points import PlacedRows, answer_id, answer_to, updated
from grader.outputs.report.rubrics import Rubric
from grader.outputs.report.worksheet_file import Row, Sheet
from grader.records.graded_class import GradedClass, ManualGrade


@dataclass(frozen=True)
class Answer:
    """One student's text, and the grade that a person gave for it."""

    student: str
    folder: str
    text: str
    grade: ManualGrade
    like: tuple[str, ...] = ()  # students who have handed in the very same text


def answers_to(rubric: Rubric, graded: GradedClass) -> list[Answer]:
    """Return the class's answers, in the order of names, without those who have written nothing."""
    found = []
    for student in graded.students:
        record = student.records.get(rubric.unit)
        if record and (text := answer_to(rubric, record)):
            (grade,) = (m for m in record.manual if m.name == rubric.name)
            found.append(Answer(student.name, student.folder, text, grade))
    return [
        replace(a, like=tuple(b.student for b in found if b.text == a.text and b.folder != a.folder))
        for a in found
    ]


def merged(sheet: Sheet, placed: PlacedRows, answers: Iterable[tuple[Rubric, Sequence[Answer]]]) -> str:
    """Return the text of the CSV file: every earlier row in its place, then a row for each answer without one."""
    now: dict[int, dict[str, str]] = {}
    fresh = []
    for rubric, found in answers:
        for answer in found:
            who = {"student": answer.student, "unit": rubric.unit, "question": rubric.name}
            rows = placed.rows.get((answer.student, rubric.unit, rubric.name), [])
            # where cells have moved, none can be told from another, and all stay
            now |= {row.number: who | updated(row, rubric, answer.text) for row in rows if not row.beyond}
            if not rows:
                fresh.append(Row(0, who | {"out_of": str(rubric.points), "answer": answer_id(answer.text)}))
    kept = [replace(row, cells={**row.cells, **now.get(row.number, {})}) for row in sheet.rows]
    return sheet.with_rows([*kept, *fresh])
