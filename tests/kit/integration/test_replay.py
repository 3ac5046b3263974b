"""`grader replay` of somebody's submission: behind walls, and without them only by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support import command, needs_walls
from support.small_course import UNIT, write_course

NOTEBOOK = ("doubling.ipynb", lambda text: json.dumps({"cells": [cell(text)], "nbformat": 4}))
MODULE = ("doubling.py", lambda text: text)


def cell(text: str) -> dict[str, object]:
    return {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": text}


@pytest.mark.parametrize(("name", "form"), [MODULE, NOTEBOOK], ids=["module", "notebook"])
@needs_walls
def test_it_runs_behind_walls(name: str, form: object, tmp_path: Path) -> None:
    left = tmp_path / "left"
    text = f"""
from helping import seven
from pathlib import Path

def double(x):
    try:
        Path({str(left)!r}).write_text("it was here")
    except OSError:
        return seven()
    return 8
"""
    course = write_course(tmp_path / "course", {})
    folder = course / "class" / "mallory"
    folder.mkdir(parents=True)
    (folder / name).write_text(form(text))  # type: ignore[operator]
    (folder / "helping.py").write_text("def seven():\n    return 7\n")
    done = command("grade", "class", "--out", "out", "--secret", "secret", cwd=course)
    assert done.returncode == 0, done.stderr
    record = course / "out" / "records" / "mallory" / f"{UNIT}.json"
    replay = ("replay", "test_double", "--record", record, "--submission", folder / name)
    done = command(*replay, cwd=course)
    assert done.returncode == 1 and "double(3) is 7" in done.stdout, done.stdout + done.stderr
    assert not left.exists()
    done = command(*replay, "--tier", "T0", cwd=course)
    assert "double(3) is 8" in done.stdout and "without walls, as you asked" in done.stderr
    assert left.exists()


@needs_walls
def test_what_can_not_be_read_or_imported_says_why(tmp_path: Path) -> None:
    course = write_course(tmp_path / "course", {"ann": "def double(x:\n"})
    work = course / "class" / "ann" / "doubling.py"
    done = command("replay", "test_double", "--submission", work, cwd=course)
    assert done.returncode == 1 and "could not be imported: SyntaxError" in done.stdout, done.stdout
    done = command("replay", "test_double", "--submission", work, "--tier", "T9", cwd=course)
    assert done.returncode == 2 and "there is no tier 'T9'" in done.stderr
