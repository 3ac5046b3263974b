"""Grades of `grader grade` in nbgrader's own gradebook, beside what nbgrader itself and people put there."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support import ROOT, UNIT, command, records_in
from support.notebooks import Notebook, grade_id, write

from grader.outputs.nbgrader.rewrite import copy_rewritten

pytest.importorskip("nbgrader", reason="needs nbgrader: pip install -c constraints.txt nbgrader")

WRONG = "def nll(log_probs, target):\n    return -log_probs[range(len(target)), target].sum()"
EVIL = "def accuracy(out, target):\n    raise ValueError('<script>alert(1)</script>')"
QUERY = """
    select student.id, base_cell.name, grade.{}
    from grade
    join submitted_notebook on grade.notebook_id = submitted_notebook.id
    join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
    join student on submitted_assignment.student_id = student.id
    join base_cell on base_cell.id = grade.cell_id
"""


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory, secret: Path) -> Path:
    """A folder with a course of one unit, a course of nbgrader with three students' work, and their records."""
    folder = tmp_path_factory.mktemp("room")
    for tree in ("assignments", "reference", "tests"):
        shutil.copytree(ROOT / tree / UNIT, folder / "course" / tree / UNIT)
    for name in ("conftest.py", "pyproject.toml", "constraints.txt"):
        shutil.copyfile(ROOT / name, folder / "course" / name)
    ours("release", folder / "bundle", "--nbgrader", folder / "nb", room=folder)
    hand_in(folder, "full", {})
    hand_in(folder, "wrong", {"nll": WRONG, "accuracy": EVIL})
    hand_in(folder, "late", {"logsumexp": None})
    grade(folder, secret)
    ours("export", folder / "graded", "--to", "nbgrader", "--course", folder / "nb", room=folder)
    return folder


def ours(*arguments: object, room: Path) -> subprocess.CompletedProcess[str]:
    done = command(*arguments, cwd=room / "course")
    assert done.returncode == 0, done.stderr
    return done


def grade(room: Path, secret: Path) -> None:
    out = room / "graded"
    ours("grade", room / "nb", "--out", out, "--secret", secret, "--tier", "T0", "--jobs", "2", room=room)


def hand_in(room: Path, student: str, changes: dict[str, str | None]) -> None:
    """The answer key's notebook with some functions changed, or (None) left as they were handed out."""
    source: Notebook = json.loads((room / "nb" / "source" / UNIT / "softmax.ipynb").read_text())
    answers = {grade_id(c): c["source"] for c in source["cells"]} | changes
    notebook: Notebook = json.loads((room / "nb" / "release" / UNIT / "softmax.ipynb").read_text())
    for cell in notebook["cells"]:
        name = grade_id(cell)
        if name and not name.startswith("check_") and answers[name] is not None:
            cell["source"] = answers[name]
    file = write(notebook, room / "nb" / "submitted" / student / UNIT / "softmax.ipynb")
    file.with_name("timestamp.txt").write_text("2026-01-31 12:00:00 UTC")


def in_gradebook(room: Path, what: str = "auto_score") -> dict[str, dict[str, Any]]:
    """Student → function → that column of its grade."""
    found: dict[str, dict[str, Any]] = {}
    with sqlite3.connect(room / "nb" / "gradebook.db") as database:
        for student, cell, value in database.execute(QUERY.format(what)):
            found.setdefault(student, {})[cell.removeprefix("check_")] = value
    return found


def in_records(room: Path) -> dict[str, dict[str, float]]:
    earned: dict[str, dict[str, float]] = {}
    for student, record in records_in(room / "graded").items():
        for t in record["tests"]:
            if t["band"] != "stretch":
                of = earned.setdefault(student, {})
                of[t["of"]] = of.get(t["of"], 0) + t["earned"]
    return earned


def nbgrader(room: Path, *arguments: str) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=room / "nb",
        env={**os.environ, "PYTHONPATH": str(ROOT), "PATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def test_the_gradebook_has_the_scores_of_the_records(room: Path) -> None:
    scores = in_gradebook(room)
    assert scores == in_records(room)
    assert scores["full"]["nll"] > scores["wrong"]["nll"] and scores["late"]["logsumexp"] == 0
    assert not any(needs for of in in_gradebook(room, "needs_manual_grade").values() for needs in of.values())


def test_feedback_by_nbgrader_tells_what_the_tests_found(room: Path) -> None:
    nbgrader(room, "generate_feedback", UNIT)
    page = (room / "nb" / "feedback" / "wrong" / UNIT / "softmax.html").read_text(encoding="utf-8")
    assert "The smallest example found" in page and "nll(torch.tensor(" in page
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page


def test_a_manual_grade_and_a_deadline_survive_a_regrade(room: Path, secret: Path) -> None:
    with sqlite3.connect(room / "nb" / "gradebook.db") as database:
        cells = "select id from base_cell where name = 'check_nll'"
        database.execute(f"update grade set manual_score = 9.5 where cell_id in ({cells})")
        database.execute("update assignment set duedate = '2026-01-30 12:00:00.000000'")
    hand_in(room, "late", {})
    grade(room, secret)
    ours("export", room / "graded", "--to", "nbgrader", "--course", room / "nb", room=room)
    assert in_gradebook(room) == in_records(room)
    assert in_gradebook(room)["late"]["logsumexp"] > 0
    assert {of["nll"] for of in in_gradebook(room, "manual_score").values()} == {9.5}
    assert {of["nll"] for of in in_gradebook(room, "needs_manual_grade").values()} == {1}
    with sqlite3.connect(room / "nb" / "gradebook.db") as database:
        stamps = {row[0][:10] for row in database.execute("select timestamp from submitted_assignment")}
        due = database.execute("select duedate from assignment").fetchone()[0][:10]
    assert stamps == {"2026-01-31"} and due == "2026-01-30"


def test_what_has_no_notebook_is_listed(room: Path) -> None:
    record = json.loads((room / "graded" / "records" / "full" / f"{UNIT}.json").read_text())
    other = room / "graded" / "records" / "grace" / f"{UNIT}.json"
    other.parent.mkdir()
    other.write_text(json.dumps(record | {"student": "grace"}))
    done = command(
        "export",
        room / "graded",
        "--to",
        "nbgrader",
        "--course",
        room / "nb",
        "--student",
        "grace",
        cwd=room / "course",
    )
    assert done.returncode == 1
    assert "grace" in done.stderr and "there is no notebook in" in " ".join(done.stderr.split())
    shutil.rmtree(other.parent)
    done = command(
        "export", room / "graded", "--to", "nbgrader", "--course", room / "course", cwd=room / "course"
    )
    assert done.returncode == 2 and "is not a course of nbgrader" in " ".join(done.stderr.split())


def refused_by_nbgrader(notebook: str) -> dict[str, bytes]:
    """Student → a notebook that the kit reads and nbformat does not."""
    content = json.loads(notebook)
    return {
        "recoded": notebook.encode("utf-16"),
        "of_another_kernel": json.dumps(content | {"metadata": {"kernelspec": {"name": "r"}}}).encode(),
        "without_metadata": json.dumps({"cells": content["cells"]}).encode(),
    }


def test_a_readable_copy_leaves_what_a_link_leads_to_alone(tmp_path: Path) -> None:
    other = tmp_path / "other.ipynb"
    other.write_bytes(json.dumps({"cells": []}).encode("utf-16"))
    before = other.read_bytes()
    (tmp_path / "submitted").mkdir()
    (tmp_path / "submitted" / "softmax.ipynb").symlink_to(other)
    (tmp_path / "submitted" / "own.ipynb").write_bytes(
        json.dumps({"cells": [{"cell_type": "code", "source": "x = 1"}]}).encode("utf-16")
    )
    copy_rewritten(tmp_path / "submitted", tmp_path / "copy")
    assert other.read_bytes() == before
    assert json.loads((tmp_path / "copy" / "own.ipynb").read_text())["cells"][0]["source"] == "x = 1"


def test_modules_and_notebooks_from_elsewhere_are_handed_over(room: Path, secret: Path) -> None:
    key = (room / "course" / "reference" / UNIT / "softmax.py").read_text(encoding="utf-8")
    elsewhere = room / "elsewhere"
    classes = (ROOT / "tests" / UNIT / "wheats" / "small_classes.py").read_text(encoding="utf-8")
    texts = {"modular": f"{key}\n\n{WRONG}\n", "broken": "def nll(:\n", "classes": classes}
    for student, text in texts.items():
        (elsewhere / student).mkdir(parents=True)
        (elsewhere / student / "softmax.py").write_text(text, encoding="utf-8")
    full = room / "nb" / "submitted" / "full" / UNIT
    shutil.copytree(full, elsewhere / "booked")
    for student, data in refused_by_nbgrader((full / "softmax.ipynb").read_text(encoding="utf-8")).items():
        (elsewhere / student).mkdir()
        (elsewhere / student / "softmax.ipynb").write_bytes(data)
    out = room / "graded_elsewhere"
    ours("grade", elsewhere, "--out", out, "--secret", secret, "--tier", "T0", "--unit", UNIT, room=room)
    nb = room / "nb"
    ours("export", out, "--to", "nbgrader", "--course", nb, "--submissions", elsewhere, room=room)
    scores = in_gradebook(room)
    assert sum(scores["booked"].values()) == 74 and sum(scores["broken"].values()) == 0
    for student, data in refused_by_nbgrader((full / "softmax.ipynb").read_text(encoding="utf-8")).items():
        assert sum(scores[student].values()) == 74, student
        assert (nb / "submitted" / student / UNIT / "softmax.ipynb").read_bytes() == data
    assert scores["modular"]["nll"] < 10 < scores["modular"]["logsumexp"]
    for student, text in texts.items():
        notebook = json.loads((nb / "autograded" / student / UNIT / "softmax.ipynb").read_text())
        cells = ["".join(c["source"]) for c in notebook["cells"]]
        lines = {line for cell in cells for line in cell.splitlines()}
        assert [line for line in text.splitlines() if line not in lines] == []
        assert student != "modular" or WRONG in cells


def test_extra_credit_is_the_bonus_unless_a_person_gave_other(room: Path) -> None:
    file = room / "graded" / "records" / "full" / f"{UNIT}.json"
    record = json.loads(file.read_text())
    kept = file.read_text()
    bonus = record["tests"][0] | {"id": "test_x.py::test_bonus", "band": "stretch", "points": 3, "earned": 3}
    record["tests"].append(bonus | {"outcome": "pass", "hidden": False, "deepens": None})
    record["score"]["stretch"] = {"earned": 3, "possible": 3}
    file.write_text(json.dumps(record))
    export = ("export", room / "graded", "--to", "nbgrader", "--course", room / "nb")
    ours(*export, room=room)
    assert sum(x or 0 for x in in_gradebook(room, "extra_credit")["full"].values()) == 3
    with sqlite3.connect(room / "nb" / "gradebook.db") as database:
        database.execute("update grade set extra_credit = 5 where extra_credit = 3")
    done = ours(*export, room=room)
    assert "extra credit that somebody gave" in done.stderr
    assert sum(x or 0 for x in in_gradebook(room, "extra_credit")["full"].values()) == 5
    file.write_text(kept)
