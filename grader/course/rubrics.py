"""The schema of rubrics.toml: what a person looks for in answers in free words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec

from grader.course.errors import CourseError
from grader.course.schema import convert

FILE = "rubrics.toml"
Points = Annotated[int, msgspec.Meta(ge=0, description="a whole number of points, 0 or more")]
Text = Annotated[str, msgspec.Meta(min_length=1, description="a text that is not empty")]


class Criterion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to look for. earns: an answer that has it; not_yet: one that comes near and has not."""

    text: Text
    points: Points
    earns: str = ""
    not_yet: str = ""


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table of the file. `points` is what its criteria are worth together."""

    question: Text
    points: Points
    criteria: Annotated[
        tuple[Criterion, ...], msgspec.Meta(min_length=1, description="a list of at least one criterion")
    ]


def convert_rubrics(tables: Mapping[str, Any], file: Path) -> dict[str, Question]:
    """Return the questions by the names of the functions that answer them.

    file: where the tables come from, for messages

    Raise CourseError for tables that the schema doesn't allow, and where criteria don't add up to the points.
    """
    questions = {name: convert(table, Question, file=file, key=name) for name, table in tables.items()}
    for name, question in questions.items():
        if (together := sum(c.points for c in question.criteria)) != question.points:
            raise CourseError(
                f"{file}: {name}.points: {question.points}, but the points of its criteria add up to {together}"
            )
    return questions
