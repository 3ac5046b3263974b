"""Answers that a person grades: the page that shows them beside their rubric, and the file that points go into."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from support import command

pytest.importorskip("jinja2")

RUBRIC = """
[why]
question = "Why?"
points = 3
[[why.criteria]]
text = "A reason"
points = 2
earns = "Because <b>it</b> works."
[[why.criteria]]
text = "An example"
points = 1
not_yet = "For example."
"""
TOML = 'title = "Questions"\nmodule = "questions"\n[functions.why]\nreturns = "any"\n'


@pytest.fixture
def course(tmp_path: Path) -> Path:
    unit = tmp_path / "tests" / "01_questions"
    unit.mkdir(parents=True)
    (unit / "unit.toml").write_text(TOML)
    (unit / "rubrics.toml").write_text(RUBRIC)
    return tmp_path


def answered(course: Path, student: str, text: str | None) -> None:
    test = {
        "id": "test_q.py::test_why", "title": "why", "of": "why", "band": "core", "hidden": False, "points": 1,
        "earned": 1, "outcome": "pass",
    }  # fmt: skip
    points = {"earned": 1, "possible": 1}
    record = {
        "schema": 1, "student": student, "unit": "01_questions", "status": "graded", "tests": [test],
        "score": {"core": points, "robust": points, "stretch": points},
    }  # fmt: skip
    if text is not None:
        test["answers"] = {"why": text}
    file = course / "out" / "records" / student / "01_questions.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(record), encoding="utf-8")


def report(course: Path) -> str:
    done = command("report", course / "out", cwd=course)
    assert done.returncode == 0, done.stderr
    return (course / "out" / "report" / "worksheet.html").read_text(encoding="utf-8")


def rows(course: Path) -> list[dict[str, str]]:
    with (course / "out" / "worksheet.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(course: Path, kept: list[dict[str, str]]) -> None:
    with (course / "out" / "worksheet.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, kept[0])
        writer.writeheader()
        writer.writerows(kept)


def test_the_page_has_the_answers_beside_their_rubric(course: Path) -> None:
    answered(course, "ada", "Because <script>alert(1)</script> 你好")
    answered(course, "grace", None)
    page = report(course)
    assert "Because &lt;script&gt;alert(1)&lt;/script&gt; 你好" in page
    assert "A reason" in page and "Because &lt;b&gt;it&lt;/b&gt; works." in page and "For example." in page
    assert "grace" not in page, "who has written nothing has nothing to be read"
    assert 'href="worksheet.html"' in (course / "out" / "report" / "index.html").read_text()
    assert [(r["student"], r["question"], r["points"], r["out_of"]) for r in rows(course)] == [
        ("ada", "why", "", "3")
    ]


def test_points_that_were_given_stay_and_a_new_answer_is_flagged(course: Path) -> None:
    answered(course, "ada", "Because.")
    answered(course, "grace", "It depends.")
    report(course)
    write(course, [r | {"points": "2.5", "comment": "an example?"} for r in rows(course)])
    answered(course, "grace", "It depends on the weather.")
    report(course)
    ada, grace = rows(course)
    assert (ada["points"], ada["comment"]) == ("2.5", "an example?")
    assert (grace["points"], grace["comment"]) == ("2.5", "an example?")
    assert "2.5 points are for an earlier answer" in grace["changed"] and not ada["changed"]
    (course / "out" / "records" / "ada" / "01_questions.json").unlink()
    report(course)
    assert {r["student"]: r["points"] for r in rows(course)} == {"ada": "2.5", "grace": "2.5"}


def test_a_name_is_no_formula(course: Path) -> None:
    answered(course, "=1+1", "Because.")
    report(course)
    write(course, [r | {"points": "3"} for r in rows(course)])
    report(course)
    assert [(r["student"], r["points"]) for r in rows(course)] == [("'=1+1", "3")]


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        (
            "out/worksheet.csv",
            "student,question\nada,why\n",
            "no column answer, comment, out_of, points, unit",
        ),
        (
            "tests/01_questions/rubrics.toml",
            RUBRIC.replace("points = 3", "points = 4"),
            "the points of its criteria add up to 3",
        ),
        ("tests/01_questions/rubrics.toml", "[why]\nquestion = 1\n", "why.question: expected a text"),
    ],
)
def test_what_can_not_be_read_is_named_and_left_alone(course: Path, file: str, text: str, says: str) -> None:
    answered(course, "ada", "Because.")
    (course / file).write_text(text)
    done = command("report", course / "out", cwd=course)
    assert done.returncode == 2
    assert says in " ".join(done.stderr.split())
    assert (course / file).read_text() == text
