"""CSV in nbgrader's columns: a row for each student and unit.

`raw_score` and `score` hold the bonus, as nbgrader's own hold extra credit: they may exceed `max_score`. The instructor
decides on penalties for being late, so `late_submission_penalty` is 0; the time of submission is not known here, so
`timestamp` is empty. Names, e-mails and due dates come from the roster.
"""

from __future__ import annotations

from grader.intake.discovery.roster import Roster, RosterEntry
from grader.outputs.export.grades import Grades, earned
from grader.outputs.export.overwriting import ExportError
from grader.spreadsheet import as_csv

COLUMNS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)


def nbgrader_csv(grades: Grades, roster: Roster | None = None, *, bonus: bool = True) -> str:
    """Return the text of the file, ordered by unit and student. Raise ExportError for two grades of one student."""
    students = {s.id: s for s in roster or ()}
    taken: dict[tuple[str, str], str] = {}
    rows = []
    for r in sorted(grades.records, key=lambda r: (r.unit, r.student)):
        who = students.get(r.student) or students.get((roster.find(r.student) or "") if roster else "")
        who = who or RosterEntry(r.student)
        if taken.setdefault((who.id, r.unit), r.student) != r.student:
            raise ExportError(
                f"{taken[who.id, r.unit]} and {r.student} are both {who.id} in the roster: {r.unit} twice"
            )
        score = earned(r, bonus=bonus)
        rows.append(
            (
                *(r.unit, who.due_for(r.unit), ""),
                *(who.id, who.last_name, who.first_name, who.email),
                *(score, 0, score, r.total.possible),
            )
        )
    return as_csv([COLUMNS, *rows])
