"""A course of one unit with answers in free words, which a person grades: one of the core and one of stretch."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from support import command, course_of

UNIT = "01_questions"
_FILES = {
    f"tests/{UNIT}/unit.toml": """
title = "Questions"
module = "questions"
[functions.why]
returns = "any"
[functions.more]
returns = "any"
band = "stretch"
""",
    f"tests/{UNIT}/rubrics.toml": """
[why]
question = "Why?"
points = 3
[[why.criteria]]
text = "A reason"
points = 3
[more]
question = "What <b>else</b>?"
points = 2
[[more.criteria]]
text = "Something else"
points = 2
""",
    f"tests/{UNIT}/test_questions.py": '''
from grader.suite import points, require

@points(4, function="why", hint="write")
def test_why(student, answers):
    """A text on why"""
    answers["why"] = student.why()
    require(answers["why"], "it is empty")

@points(1, function="more", band="stretch", hint="write")
def test_more(student, answers):
    """A text on more"""
    answers["more"] = student.more()
    require(answers["more"], "it is empty")
''',
    f"reference/{UNIT}/questions.py": '''"""Questions."""


def why():
    """Why?"""
    # BEGIN SOLUTION
    return "Because."
    # END SOLUTION


def more():
    """What else? (stretch)"""
    # BEGIN SOLUTION
    return "That."
    # END SOLUTION
''',
    "secret": "the secret of the kit's tests\n",
}
Row = dict[str, str]


def answering(why: str, more: str = "") -> str:
    """The text of a module with these answers; none for an empty one."""
    answers = {"why": why, "more": more}
    return "\n\n".join(f"def {name}():\n    return {text!r}\n" for name, text in answers.items() if text)


def write_course(root: Path, students: Mapping[str, str]) -> Path:
    """Write the course into `root`, with a folder class/ of students: name → text of their module."""
    course_of(root, _FILES | {f"class/{student}/questions.py": text for student, text in students.items()})
    (root / "secret").chmod(0o600)
    return root


def graded(root: Path, **students: str) -> Path:
    """Grade the class, with these modules handed in again; the folder of the records."""
    for student, text in students.items():
        (root / "class" / student / "questions.py").write_text(text, encoding="utf-8")
    done = command("grade", "class", "--out", "out", "--secret", "secret", "--tier", "T0", cwd=root)
    assert done.returncode == 0, done.stderr
    return root / "out"


def rows_of(out: Path) -> list[Row]:
    """The rows of the worksheet, as it was written."""
    text = (out / "worksheet.csv").read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def save(
    out: Path, rows: Iterable[Row], *, delimiter: str = ",", encoding: str = "utf-8", newline: str = "\n"
) -> None:
    """Save rows as the worksheet, as some spreadsheet does."""
    rows = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], delimiter=delimiter, lineterminator=newline)
    writer.writeheader()
    writer.writerows(rows)
    (out / "worksheet.csv").write_bytes(text.getvalue().encode(encoding))


def grade_by_hand(out: Path, points: Mapping[tuple[str, str], str], comment: str = "") -> None:
    """Write points into the worksheet: (student, question) → what is typed there."""
    typed = [(r, points.get((r["student"], r["question"]))) for r in rows_of(out)]
    save(out, [r if text is None else r | {"points": text, "comment": comment} for r, text in typed])
