"""What hidden tests ask and say is seen by no student, whatever a submission does with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import command, needs_walls, records_in
from support.leaking import ASKED, KEY, TELLS, TOLD, UNIT, WORD, write_course
from support.small_course import RUNNER
from warm.popen import python_for_scripts

# Ten hidden tests, and a public one of `first` that waits for them.
EARNED, POSSIBLE = 5, 6


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_course(tmp_path_factory.mktemp("course"), {"ann": KEY, "mallory": TELLS})
    done = command("grade", "class", "--out", "out", "--secret", "secret", cwd=root)
    assert done.returncode == 0, done.stderr
    return root


def produced(folder: Path) -> dict[str, str]:
    """Every file below the folder, as text."""
    return {
        str(f.relative_to(folder)): f.read_bytes().decode("utf-8", "replace")
        for f in folder.rglob("*")
        if f.is_file()
    }


def shown_in(texts: dict[str, str]) -> list[str]:
    """Where what hidden tests ask or say can be read."""
    return [
        f"{name}: …{text[max(0, at - 80) : at + 60]}…"
        for name, text in texts.items()
        if (at := (name + text).find(WORD)) >= 0
    ]


@needs_walls
def test_public_tests_know_nothing_of_hidden_ones(graded: Path) -> None:
    record = records_in(graded / "out")["mallory"]
    for test in record["tests"]:
        if not test["hidden"]:
            assert WORD not in json.dumps(test), test
            assert test["outcome"] == "pass", test
    assert record["score"]["core"] == {"earned": EARNED, "possible": POSSIBLE}


@needs_walls
def test_an_instructor_reads_it_in_the_record(graded: Path) -> None:
    hidden = {t["id"]: t for t in records_in(graded / "out")["mallory"]["tests"] if t["hidden"]}
    told = json.dumps(hidden)
    for how in ("raise", "class", "return", "line", "file", "memory", "later", "curve"):
        assert f"{ASKED}-{how}" in told, how
    assert TOLD in told


@needs_walls
def test_no_page_shows_it(graded: Path) -> None:
    pages = produced(graded / "out" / "report" / "students")
    assert len(pages) == 2
    assert not shown_in(pages)
    assert "hidden test" in pages["mallory.html"]


@needs_walls
@pytest.mark.parametrize("to", ["csv", "gradescope", "classroom50"])
def test_no_export_shows_it(to: str, graded: Path, tmp_path: Path) -> None:
    target = tmp_path / "exported"
    done = command(
        *("export", "out", "--to", to, "--out", target),
        *(() if to == "csv" else ("--student", "mallory")),
        cwd=graded,
        env=RUNNER,
    )
    assert done.returncode == 0, done.stderr
    assert not shown_in(produced(tmp_path) | {"stdout": done.stdout, "stderr": done.stderr})


@needs_walls
def test_nbgrader_shows_it_nowhere(graded: Path) -> None:
    """What stands below the cells that check, which nbgrader's feedback repeats."""
    pytest.importorskip("nbformat")
    from grader.outputs.nbgrader.gradebook import _outputs
    from grader.records.graded_class import read_class

    (mallory,) = [s for s in read_class(graded / "out").students if s.name == "mallory"]
    outputs = {name: json.dumps(_outputs(mallory.records[UNIT], name, 1)) for name in ("first", "second")}
    assert not shown_in(outputs)
    assert "✗" in json.loads(outputs["first"])[0]["data"]["text/plain"]


@needs_walls
def test_autograders_of_other_systems_show_it_nowhere(graded: Path, tmp_path: Path) -> None:
    done = command(
        "autograder", "classroom50", UNIT, tmp_path / "entry", cwd=graded, env={"GRADER_COURSE": str(graded)}
    )
    assert done.returncode == 0, done.stderr
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (checkout / "echo.py").write_text(TELLS)
    (graded / ".grader").mkdir(exist_ok=True)
    (graded / ".grader" / "secret").write_text("another secret of the tests\n")
    (graded / ".grader" / "secret").chmod(0o600)
    environment = {"PATH": os.environ["PATH"], "GRADER_PYTHON": python_for_scripts()}
    done_ = subprocess.run(
        [sys.executable, tmp_path / "entry" / "autograder.py"],
        cwd=checkout,
        env=environment | RUNNER | {"GRADER_COURSE": str(graded)},
        capture_output=True,
        text=True,
    )
    assert done_.returncode == 0, done_.stderr
    (checkout / "echo.py").unlink()
    assert "result.json" in produced(checkout)
    assert not shown_in(produced(checkout) | {"stdout": done_.stdout, "stderr": done_.stderr})
