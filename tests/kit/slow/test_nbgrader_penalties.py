"""What being late costs in nbgrader's gradebook: as much after our export as after nbgrader's own autograding."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT, command
from support.notebooks import grade_id, write
from support.small_course import RIGHT, UNIT, write_course

pytest.importorskip("nbgrader", reason="needs nbgrader: pip install -c constraints.txt nbgrader")

DUE, IN_TIME, LATE = "2026-01-30 12:00:00", "2026-01-30 11:59:00", "2026-01-30 15:30:00"
HANDED_IN = {"early": IN_TIME, "late": LATE, "excused": LATE}
ZERO = 'c.LateSubmissionPlugin.penalty_method = "zero"'
HOURLY = 'c.AssignLatePenalties.plugin_class = "hourly.Hourly"'
PLUGIN = '''
from nbgrader.plugins import BasePlugin

class Hourly(BasePlugin):
    """A point an hour."""

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return total_seconds_late / 3600
'''
PENALTIES = """
    select student_id, coalesce(late_submission_penalty, 0)
    from submitted_notebook
    join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course, a course of nbgrader with three students' work and a due date, and their records."""
    folder = tmp_path_factory.mktemp("room")
    course = write_course(folder / "course", {})
    ours(folder, "release", folder / "bundle", "--nbgrader", folder / "nb")
    (folder / "nb" / "hourly.py").write_text(PLUGIN)
    definitions = {text.split("(")[0].removeprefix("def "): text for text in RIGHT.strip().split("\n\n\n")}
    for student, when in HANDED_IN.items():
        notebook = json.loads((folder / "nb" / "release" / UNIT / "doubling.ipynb").read_text())
        for cell in notebook["cells"]:
            cell["source"] = definitions.get(grade_id(cell), cell["source"])
        file = write(notebook, folder / "nb" / "submitted" / student / UNIT / "doubling.ipynb")
        file.with_name("timestamp.txt").write_text(f"{when} UTC")
    with sqlite3.connect(folder / "nb" / "gradebook.db") as database:
        database.execute("update assignment set duedate = ?", (f"{DUE}.000000",))
    secret = course / "secret"
    ours(folder, "grade", folder / "nb", "--out", folder / "graded", "--secret", secret, "--tier", "T0")
    return folder


@pytest.fixture
def room(graded: Path, tmp_path: Path) -> Path:
    return shutil.copytree(graded, tmp_path / "room")


def ours(room: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    done = command(*arguments, cwd=room / "course")
    assert done.returncode == 0, done.stderr
    return done


def policy(room: Path, line: str) -> None:
    config = room / "nb" / "nbgrader_config.py"
    config.write_text(f"{config.read_text()}\n{line}\n")


def exported(room: Path, *more: object) -> dict[str, float]:
    """Export; student → penalty."""
    ours(room, "export", room / "graded", "--to", "nbgrader", "--course", room / "nb", *more)
    return penalties(room)


def autograded(room: Path, student: str) -> float:
    """Have nbgrader grade by itself, with a kernel; the penalty."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", UNIT, "--student", student, "--force"],
        cwd=room / "nb",
        env={**os.environ, "PYTHONPATH": str(ROOT), "PATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return penalties(room)[student]


def penalties(room: Path) -> dict[str, float]:
    with sqlite3.connect(room / "nb" / "gradebook.db") as database:
        return dict(database.execute(PENALTIES))


def give_by_hand(room: Path, score: float) -> None:
    with sqlite3.connect(room / "nb" / "gradebook.db") as database:
        cells = "select id from base_cell where name = 'check_double'"
        database.execute(f"update grade set manual_score = ? where cell_id in ({cells})", (score,))


def given_by_hand(room: Path) -> set[float]:
    with sqlite3.connect(room / "nb" / "gradebook.db") as database:
        rows = database.execute("select manual_score from grade where manual_score is not null")
        return {row[0] for row in rows}


def grant_extension(room: Path, student: str, hours: int) -> None:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{room / 'nb' / 'gradebook.db'}", "course") as gradebook:
        gradebook.grant_extension(UNIT, student, hours=hours)


def test_a_plugin_of_the_course_costs_the_same_and_an_extension_counts(room: Path) -> None:
    policy(room, HOURLY)
    assert exported(room) == {"early": 0, "late": 3.5, "excused": 3.5}
    grant_extension(room, "excused", hours=3)
    assert exported(room) == {"early": 0, "late": 3.5, "excused": 0.5}
    assert autograded(room, "late") == 3.5
    give_by_hand(room, 1.0)
    assert exported(room, "--no-bonus") == {"early": 0, "late": 1, "excused": 0.5}, "no more than there is"
    assert given_by_hand(room) == {1.0}


def test_all_that_was_earned_is_lost_the_bonus_too_and_only_once(room: Path) -> None:
    policy(room, ZERO)
    assert exported(room)["late"] == 9
    assert exported(room) == {"early": 0, "late": 9, "excused": 9}
    assert autograded(room, "late") == 9
    give_by_hand(room, 1.5)
    assert exported(room) == {"early": 0, "late": 5.5, "excused": 5.5}
    assert given_by_hand(room) == {1.5}
    assert exported(room, "--no-bonus")["late"] == 1.5


def test_settings_that_nbgrader_cannot_use_are_told_in_their_own_words(room: Path) -> None:
    config = (room / "nb" / "nbgrader_config.py").read_text()
    export = ("export", room / "graded", "--to", "nbgrader", "--course", room / "nb", "--student", "late")
    for line, status, says in (
        (HOURLY.replace("hourly", "nowhere"), 1, "nowhere"),
        ("c.Autograde = = 1", 2, "nbgrader's settings can't be read: SyntaxError"),
    ):
        policy(room, line)
        done = command(*export, cwd=room / "course")
        assert done.returncode == status and says in " ".join(done.stderr.split()), done.stderr
        assert "Traceback" not in done.stderr and "above traceback" not in done.stderr
        (room / "nb" / "nbgrader_config.py").write_text(config)
