"""With nbgrader itself: it makes the release, grades what comes back, and arrives at the scores of `grader grade`."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT, UNIT, command, records_in
from support.notebooks import Notebook, code, grade_id, write

from grader.course import Course

pytest.importorskip("nbgrader", reason="needs nbgrader: pip install -c constraints.txt nbgrader")

OTHER = "02_init"
# Right, and noisy: to the error stream in every way there is.
NOISY = """import logging
import os
import sys
import warnings

logging.basicConfig()


def accuracy(out, target):
    warnings.warn("careful", stacklevel=1)
    logging.warning("logged")
    print("printed", file=sys.stderr)
    os.write(2, b"written")
    return (out.argmax(-1) == target).float().mean()
"""
ENDLESS = "def logsumexp(x, dim=-1, keepdim=False):\n    while True:\n        pass"
WRONG = "def nll(log_probs, target):\n    return -log_probs[range(len(target)), target].mean().float()"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of two units."""
    folder = tmp_path_factory.mktemp("course") / "course"
    for tree in ("assignments", "reference", "tests"):
        for unit in (UNIT, OTHER):
            shutil.copytree(ROOT / tree / unit, folder / tree / unit)
    for name in ("conftest.py", "pyproject.toml", "constraints.txt"):
        shutil.copyfile(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def classroom(course: Path) -> Path:
    """A course of nbgrader beside it, with the release made, and seven students' work in it."""
    folder = course.parent / "nbgrader"
    done = command("release", course.parent / "bundle", "--nbgrader", folder, cwd=course)
    assert done.returncode == 0, done.stderr
    hand_in(folder, "full", solved(folder))
    hand_in(folder, "empty", released(folder))
    half = solved(folder, only=("naive_log_softmax", "logsumexp"))
    hand_in(folder, "half", rewritten(rewritten(half, "accuracy", NOISY), "nll", WRONG))
    hand_in(folder, "careless", careless(solved(folder)))
    hand_in(folder, "forward", forward(solved(folder)))
    hand_in(folder, "again", again(solved(folder)))
    hand_in(folder, "endless", rewritten(solved(folder), "logsumexp", ENDLESS))
    return folder


def released(folder: Path) -> Notebook:
    return dict(json.loads((folder / "release" / UNIT / "softmax.ipynb").read_text(encoding="utf-8")))


def solved(folder: Path, only: tuple[str, ...] = ()) -> Notebook:
    """The release with solutions written into it."""
    source = json.loads((folder / "source" / UNIT / "softmax.ipynb").read_text(encoding="utf-8"))
    answers = {grade_id(c): c["source"] for c in source["cells"]}
    notebook = released(folder)
    for cell in notebook["cells"]:
        name = grade_id(cell)
        if name and not name.startswith("check_") and (not only or name in only):
            cell["source"] = answers[name]
    return notebook


def rewritten(notebook: Notebook, name: str, text: str) -> Notebook:
    cells = [{**c, "source": text} if grade_id(c) == name else c for c in notebook["cells"]]
    return {**notebook, "cells": cells}


def careless(notebook: Notebook) -> Notebook:
    """A function and checks deleted, another function made a text, a cell doubled, metadata lost and changed."""
    cells = []
    for cell in notebook["cells"]:
        name = grade_id(cell)
        if name in ("nll", "check_nll", "check_logsumexp"):
            continue
        if name == "accuracy":
            cell = {**cell, "metadata": {}}
        if name == "naive_log_softmax":
            cell = {k: cell[k] for k in ("id", "metadata", "source")} | {"cell_type": "raw"}
        if name == "check_accuracy":
            cell = {**cell, "metadata": {"nbgrader": {"grade_id": name, "points": 1000}}}
        cells += [cell, dict(cell)] if name == "logsumexp" else [cell]
    return {**notebook, "cells": cells}


def again(notebook: Notebook) -> Notebook:
    """A wrong function that a later cell defines rightly, and a right one that a later cell defines wrongly."""
    wrong = "def nll(log_probs, target):\n    return log_probs.sum()"
    right = "def nll(log_probs, target):\n    return -log_probs[range(len(target)), target].mean()"
    worse = "def accuracy(out, target):\n    return 0"
    return {**notebook, "cells": [*rewritten(notebook, "nll", wrong)["cells"], code(right), code(worse)]}


def forward(notebook: Notebook) -> Notebook:
    """A function that calls one of a later cell."""
    calling = "def nll(log_probs, target):\n    return minus_mean(log_probs[range(len(target)), target])"
    later = "def minus_mean(values):\n    return -values.mean()"
    cells = [*rewritten(notebook, "nll", calling)["cells"], code(later)]
    return {**notebook, "cells": cells}


def hand_in(folder: Path, student: str, notebook: Notebook) -> None:
    file = write(notebook, folder / "submitted" / student / UNIT / "softmax.ipynb")
    file.with_name("timestamp.txt").write_text("2026-01-31 12:00:00 UTC")


def autograde(classroom: Path, unit: str) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", unit],
        cwd=classroom,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.fixture(scope="module")
def autograded(classroom: Path) -> dict[str, dict[str, tuple[float | None, float]]]:
    """Student → function → (its automatic score, the maximum), as they are in gradebook.db."""
    autograde(classroom, UNIT)
    query = """
        select student.id, base_cell.name, grade.auto_score, grade_cells.max_score
        from grade
        join submitted_notebook on grade.notebook_id = submitted_notebook.id
        join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
        join student on submitted_assignment.student_id = student.id
        join grade_cells on grade.cell_id = grade_cells.id
        join base_cell on base_cell.id = grade_cells.id
    """
    scores: dict[str, dict[str, tuple[float | None, float]]] = {}
    with sqlite3.connect(classroom / "gradebook.db") as database:
        for student, cell, score, most in database.execute(query):
            scores.setdefault(student, {})[cell.removeprefix("check_")] = (score, most)
    return scores


def test_the_course_is_laid_out_as_nbgrader_has_it(classroom: Path, course: Path) -> None:
    for step in ("source", "release"):
        for unit in Course(course).units.values():
            assert (classroom / step / unit.name / f"{unit.module}.ipynb").is_file()
    assert (classroom / "gradebook.db").is_file()
    with sqlite3.connect(classroom / "gradebook.db") as database:
        assert database.execute("select version_num from alembic_version").fetchone()
    config = (classroom / "nbgrader_config.py").read_text(encoding="utf-8")
    assert '"GRADER_COURSE"' in config and "'../course'" in config


def test_pictures_of_the_handouts_are_beside_the_notebooks(classroom: Path) -> None:
    for unit, picture in ((UNIT, "direct"), (OTHER, "stds")):
        shown = f"figures/{picture}.svg"
        assert (classroom / "release" / unit / shown).is_file()
        notebooks = [*(classroom / "release" / unit).glob("*.ipynb")]
        assert len(notebooks) == 1 and shown in notebooks[0].read_text(encoding="utf-8")


def test_students_get_the_release_and_no_answers(classroom: Path, course: Path) -> None:
    for unit in Course(course).units.values():
        bundled = course.parent / "bundle" / "assignments" / unit.name / f"{unit.module}.ipynb"
        assert bundled.read_bytes() == (classroom / "release" / unit.name / bundled.name).read_bytes()
        text = "\n".join(
            "".join(c["source"]) for c in json.loads(bundled.read_text(encoding="utf-8"))["cells"]
        )
        key = unit.reference.read_text(encoding="utf-8")
        regions = re.findall(r"# BEGIN SOLUTION\n(.*?)# END SOLUTION", key, re.DOTALL)
        outside = re.sub(r"# BEGIN SOLUTION\n.*?# END SOLUTION", "", key, flags=re.DOTALL)
        lines = {line.strip() for r in regions for line in r.splitlines() if len(line.strip()) > 30}
        assert [line for line in lines if line in text and line not in outside] == []
        for name in ("BEGIN SOLUTION", "HIDDEN", "test_hidden", "reference/"):
            assert name not in text


def test_points_of_the_cells_are_those_of_the_tests(autograded: dict, classroom: Path) -> None:
    cells = {grade_id(c): c["metadata"]["nbgrader"] for c in released(classroom)["cells"] if grade_id(c)}
    points = {n.removeprefix("check_"): c["points"] for n, c in cells.items() if c["grade"]}
    assert points == {name: most for name, (_, most) in autograded["full"].items()}
    assert sum(points.values()) == 74


@pytest.mark.parametrize("student", ["full", "half", "empty", "careless", "forward", "again", "endless"])
def test_autograde_and_grade_arrive_at_the_same(
    autograded: dict, graded: dict[str, dict[str, tuple[int, int]]], student: str
) -> None:
    assert autograded[student] == graded[student]


def test_what_each_of_them_has(autograded: dict) -> None:
    total = {student: sum(score for score, _ in cells.values()) for student, cells in autograded.items()}
    assert total["full"] == 74
    assert total["forward"] == 74
    assert autograded["again"]["nll"] == (9, 9) and autograded["again"]["accuracy"][0] < 6
    assert autograded["endless"]["logsumexp"] == (0, 29) and autograded["endless"]["nll"] == (9, 9)
    assert total["empty"] == 0
    assert autograded["half"]["accuracy"] == (6, 6)  # whatever it wrote to the error stream
    assert 0 < autograded["half"]["nll"][0] < 9
    assert total["careless"] == 74 - 9 - 8 - 4  # nll, cross_entropy, which needs it, and naive_log_softmax


@pytest.fixture(scope="module")
def graded(classroom: Path, course: Path, secret: Path) -> dict[str, dict[str, tuple[int, int]]]:
    """The same from the records of `grader grade`."""
    out = course.parent / "graded"
    done = command(
        "grade", classroom, "--out", out, "--secret", secret, "--tier", "T0", "--jobs", "2", cwd=course
    )
    assert done.returncode == 0, done.stderr
    scores = {}
    for student, record in records_in(out).items():
        tests = [t for t in record["tests"] if t["band"] != "stretch"]
        scores[student] = {
            name: tuple(sum(t[what] for t in tests if t["of"] == name) for what in ("earned", "points"))
            for name in record["order"]
        }
    return scores


TOSSES = """
title = "Tossing coins"
module = "tossing"
[functions.heads]
"""
TOSS = """
@points({worth}, function="heads", hint="toss again")
def test_toss_{worth}(student):
    \"\"\"Heads\"\"\"
    coin = int(torch.randint(2, ()))
    if student.heads(coin) != coin:
        raise Mismatch("tails")
"""


def test_both_roads_draw_the_same_examples(tmp_path: Path, secret: Path) -> None:
    """Twelve tests that chance decides; the points of those that pass add up to another sum for each of 4096 ways."""
    course, classroom = tmp_path / "course", tmp_path / "nbgrader"
    tests = "import torch\nfrom grader.suite import Mismatch, points\n"
    tests += "".join(TOSS.format(worth=2**k) for k in range(12))
    key = "def heads(coin):\n    # BEGIN SOLUTION\n    return coin\n    # END SOLUTION\n"
    for name, text in {
        "tests/01_tossing/unit.toml": TOSSES,
        "tests/01_tossing/test_tossing.py": tests,
        "reference/01_tossing/tossing.py": key,
        ".grader/secret": secret.read_text(),
    }.items():
        (course / name).parent.mkdir(parents=True, exist_ok=True)
        (course / name).write_text(text)
    (course / ".grader" / "secret").chmod(0o600)
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copyfile(ROOT / name, course / name)
    done = command("release", tmp_path / "bundle", "--nbgrader", classroom, cwd=course)
    assert done.returncode == 0, done.stderr
    notebook = {
        "cells": [code(key.replace("return coin", "return 1"))],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    write(notebook, classroom / "submitted" / "ann" / "01_tossing" / "tossing.ipynb")
    autograde(classroom, "01_tossing")
    with sqlite3.connect(classroom / "gradebook.db") as database:
        ((score,),) = database.execute("select auto_score from grade")
    done = command("grade", classroom, "--out", tmp_path / "out", "--tier", "T0", cwd=course)
    assert done.returncode == 0, done.stderr
    assert records_in(tmp_path / "out")["ann"]["score"]["core"]["earned"] == score
    assert 0 < score < 2**12 - 1


def test_releasing_again_keeps_what_is_there(autograded: dict, classroom: Path, course: Path) -> None:
    config = classroom / "nbgrader_config.py"
    config.write_text(config.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    worked_on = course.parent / "bundle" / "assignments" / UNIT / "softmax.ipynb"
    write(solved(classroom), worked_on)
    mine = worked_on.read_bytes()
    done = command("release", course.parent / "bundle", "--nbgrader", classroom, cwd=course)
    assert done.returncode == 0, done.stderr
    assert config.read_text(encoding="utf-8").endswith("# mine\n")
    assert worked_on.read_bytes() == mine
    assert f"kept {worked_on}" in done.stdout.replace("\n", "")
    assert (classroom / "submitted" / "full" / UNIT / "softmax.ipynb").is_file()


def test_without_nbgrader_the_bundle_goes_out_without_notebooks(course: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['nbgrader'] = None\n")
    env = {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    done = command("release", tmp_path / "bundle", cwd=course, env=env)
    assert done.returncode == 0
    assert "nbgrader, which makes them, is not installed" in " ".join(done.stderr.split())
    assert "without notebooks" in done.stdout
    assert not list((tmp_path / "bundle").rglob("*.ipynb"))
    assert (tmp_path / "bundle" / "assignments" / UNIT / "softmax.py").is_file()
    done = command("release", tmp_path / "bundle", "--nbgrader", tmp_path / "course", cwd=course, env=env)
    assert done.returncode == 2
    assert "nbgrader is not installed" in done.stderr
