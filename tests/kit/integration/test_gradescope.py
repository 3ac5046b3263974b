"""The autograders that run inside Gradescope and Classroom 50, in clean folders laid out as theirs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from support import KIT, ROOT, command, needs_walls, write_files
from support.sliced_course import write_slice
from support.small_course import HIDDEN_EXAMPLE, RIGHT, RUNNER, SHALLOW, UNIT, WRONG, write_course
from warm.popen import python_for_scripts

from grader.box.walls.selftest import best_tier
from grader.cli.autograde import _late

SCHEMAS = KIT / "schemas"
METADATA = {
    "id": 123456,
    "created_at": "2026-11-02T14:22:32.365935-07:00",
    "assignment": {
        "due_date": "2026-11-01T23:00:00.000000-07:00",
        "title": "Doubling",
        "total_points": "5.0",
    },
    "submission_method": "upload",
    "users": [{"email": "zoe@example.org", "id": 1, "name": "Zoë"}],
    "previous_submissions": [],
}
MORE = {
    "REVIEW_URL": "https://example.org/review",
    "ASSIGNMENT_TYPE": "individual",
}  # which a runner may have
Submitted = Mapping[str, str]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_course(tmp_path_factory.mktemp("course"), {})


@pytest.fixture(scope="module")
def course_on_the_runner(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course with the kit in it, as in a checkout, and its secret where `grader grade` looks for it."""
    root = shutil.copytree(course, tmp_path_factory.mktemp("runner") / "course")
    (root / "grader").symlink_to(ROOT / "grader")
    (root / ".grader").mkdir()
    (root / "secret").rename(root / ".grader" / "secret")
    return root


@pytest.fixture(scope="module")
def bundle(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip for Gradescope, unpacked as `unzip` does."""
    return unpacked(course, UNIT, course / "secret", tmp_path_factory.mktemp("bundle"), "--tier", "T0")


def unpacked(course: Path, unit: str, secret: Path, folder: Path, *more: object) -> Path:
    done = command("bundle", "gradescope", unit, folder, "--secret", secret, *more, cwd=course)
    assert done.returncode == 0, done.stderr
    assert "give it to nobody" in done.stdout
    with zipfile.ZipFile(folder / f"gradescope-{unit}.zip") as archive:
        assert {"setup.sh", "run_autograder"} <= set(archive.namelist())
        archive.extractall(folder / "source")
    return folder / "source"


@pytest.fixture
def autograder(bundle: Path, tmp_path: Path) -> Callable[..., Path]:
    """Lay out /autograder, elsewhere, with a submission in it."""

    def lay_out(submitted: Submitted, metadata: object = METADATA, source: Path = bundle) -> Path:
        root = tmp_path / "autograder"
        for name in ("submission", "results"):
            (root / name).mkdir(parents=True)
        shutil.copytree(source, root / "source")
        shutil.copy(root / "source" / "run_autograder", root)
        (root / "run_autograder").chmod(0o755)
        (root / "submission_metadata.json").write_text(json.dumps(metadata))
        write_files(root / "submission", submitted)
        return root

    return lay_out


def run(root: Path) -> subprocess.CompletedProcess[str]:
    """Gradescope's call: in /autograder, with nothing of ours in the environment but where things are."""
    return subprocess.run(
        [root / "run_autograder"],
        cwd=root,
        env={"PATH": os.environ["PATH"], "GRADESCOPE_ROOT": str(root), "GRADER_PYTHON": python_for_scripts()},
        capture_output=True,
        text=True,
    )


def results(root: Path) -> dict[str, Any]:
    value = json.loads((root / "results" / "results.json").read_text())
    jsonschema.validate(value, json.loads((SCHEMAS / "gradescope-results.json").read_text()))
    assert value["score"] == sum(t["score"] for t in value["tests"])
    assert sum(t["max_score"] for t in value["tests"]) == 5
    return dict(value)


@pytest.mark.parametrize(
    ("text", "score"), [(RIGHT, 9), (WRONG, 2), (SHALLOW, 2)], ids=["right", "wrong", "only publicly right"]
)
def test_a_submission_is_graded(autograder: Callable[..., Path], text: str, score: int) -> None:
    root = autograder({"doubling.py": text})
    done = run(root)
    assert done.returncode == 0, done.stderr
    found = results(root)
    assert found["score"] == score
    assert found["extra_data"]["student"] == "zoe@example.org" and found["extra_data"]["late"]
    assert HIDDEN_EXAMPLE not in json.dumps(found) + done.stdout


def test_a_broken_one_gets_no_points_and_is_told_why(autograder: Callable[..., Path]) -> None:
    root = autograder({"doubling.py": "def double(x:\n    return 2\n"})
    assert run(root).returncode == 0
    found = results(root)
    assert found["score"] == 0
    assert "could not be imported" in found["output"]


def test_an_empty_one_gets_no_points_and_is_told_what_to_hand_in(autograder: Callable[..., Path]) -> None:
    root = autograder({})
    done = run(root)
    assert done.returncode == 0, done.stderr
    found = results(root)
    assert found["score"] == 0
    assert "hand in doubling.py" in found["output"]
    assert not any(t.get("status") == "passed" for t in found["tests"])


def test_the_only_file_is_graded_whatever_its_name(autograder: Callable[..., Path]) -> None:
    root = autograder({"my_homework.py": RIGHT, "notes.txt": "thanks"})
    assert run(root).returncode == 0
    assert results(root)["score"] == 9


def test_of_two_files_with_wrong_names_none_is_guessed(autograder: Callable[..., Path]) -> None:
    root = autograder({"homework.py": RIGHT, "final.py": RIGHT})
    assert run(root).returncode == 0
    found = results(root)
    assert found["score"] == 0
    assert "Rename the module" in found["output"] and "homework.py" in found["output"]


def test_a_submission_in_the_courses_own_folders_is_found(autograder: Callable[..., Path]) -> None:
    root = autograder(
        {f"assignments/{UNIT}/doubling.py": RIGHT, "grader/__init__.py": "raise SystemExit(0)\n"}
    )
    assert run(root).returncode == 0
    assert results(root)["score"] == 9


def spoil_the_suite(root: Path) -> None:
    (root / "source" / "course" / "tests" / UNIT / "test_doubling.py").write_text(
        "import nothing_of_that_name\n"
    )


def spoil_the_metadata(root: Path) -> None:
    (root / "submission_metadata.json").write_text("{")


def lose_the_secret(root: Path) -> None:
    (root / "source" / "secret").write_text("short")


def lose_the_submission(root: Path) -> None:
    shutil.rmtree(root / "submission")


@pytest.mark.parametrize("spoil", [spoil_the_suite, spoil_the_metadata, lose_the_secret, lose_the_submission])
def test_a_fault_of_ours_is_no_zero(autograder: Callable[..., Path], spoil: Callable[[Path], None]) -> None:
    root = autograder({"doubling.py": RIGHT})
    (root / "results" / "results.json").write_text('{"score": 0}')  # of an earlier run
    spoil(root)
    done = run(root)
    assert done.returncode != 0
    assert "no score recorded" in done.stderr and "a fault of the autograder" in done.stderr
    assert not (root / "results" / "results.json").exists()


def test_a_notebook_is_graded_as_well(autograder: Callable[..., Path]) -> None:
    cell: dict[str, Any] = {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": RIGHT,
    }
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    root = autograder({"doubling.ipynb": json.dumps(notebook)})
    assert run(root).returncode == 0
    assert results(root)["score"] >= sum(t["max_score"] for t in results(root)["tests"]) > 0


def test_setup_installs_the_pinned_versions_torch_first(bundle: Path, tmp_path: Path) -> None:
    """With a Python that only writes down what it is asked, since there is no network here."""
    source = shutil.copytree(bundle, tmp_path / "source")
    (source / "torch-options").write_text("--index-url https://example.org/cpu\n")
    asked = tmp_path / "asked"
    python = tmp_path / "bin" / "python3.11"
    python.parent.mkdir()
    python.write_text(
        f'#!/bin/sh\necho "$@" >> {asked}\n'
        'if [ "$2" = venv ]; then mkdir -p "$3/bin" && cp "$0" "$3/bin/python"; fi\n'
    )
    python.chmod(0o755)
    done = subprocess.run(
        ["bash", source / "setup.sh"],
        env={"PATH": f"{python.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    venv, torch, others = asked.read_text().splitlines()[1:]
    assert venv == f"-m venv {source}/venv"
    pin = next(
        line for line in (ROOT / "constraints.txt").read_text().splitlines() if line.startswith("torch==")
    )
    assert torch.endswith(f"--index-url https://example.org/cpu {pin}")
    assert others.endswith(f"-c {source}/course/constraints.txt -e {source}/course[student]")
    assert (source / "secret").stat().st_mode & 0o077 == 0


@needs_walls
def test_a_real_unit_behind_walls_has_the_score_that_it_has_at_home(
    autograder: Callable[..., Path], secret: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    course = write_slice(tmp_path_factory.mktemp("course"))
    source = unpacked(course, "01_softmax", secret, tmp_path_factory.mktemp("real"))
    mistaken = (ROOT / "reference" / "01_softmax" / "softmax.py").read_text() + (
        "\n\ndef nll(log_probs, target):\n    return -log_probs[range(len(target)), target].sum()\n"
    )
    root = autograder({"softmax.py": mistaken}, source=source)
    done = run(root)
    assert done.returncode == 0, done.stderr
    there = json.loads((root / "results" / "results.json").read_text())
    module = root / "submission" / "softmax.py"
    home = json.loads(
        command("grade", module, "--unit", "01_softmax", "--json", "--secret", secret, cwd=course).stdout
    )
    assert there["extra_data"]["score"] == home["score"]
    assert there["extra_data"]["suite_sha256"] == home["suite_sha256"]
    assert there["extra_data"]["seed_id"] == home["seed_id"]
    assert there["extra_data"]["tier"] == best_tier().name


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("gradescope",), "Missing argument"),
        (("gradescope", "02_nothing", "new"), "There is no unit '02_nothing'"),
        (("gradescope", UNIT, "new", "--tier", "T9"), "T9"),
        (("gradescope", UNIT, "new", "--visibility", "always"), "--visibility is one of visible, "),
        (("gradescope", UNIT, "file/new"), "file/new could not be written: "),
        (("gradescope", UNIT, "new", "--out-of", "3"), "No such option"),
        (("classroom50", UNIT), "Missing argument"),
        (("classroom50", UNIT, "new", "--out-of", "0"), "--out-of"),
        (("classroom50", UNIT, "new", "--secret", "file"), "need --with-answers"),
        (("classroom50", UNIT, "file/new"), "file/new could not be written: "),
        (("classroom50", UNIT, "."), "is not empty and not an earlier autograder"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_told_and_leaves_nothing(
    course: Path, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    (tmp_path / "file").write_text("in the way")
    done = command("bundle", *arguments, cwd=tmp_path, env={"GRADER_COURSE": str(course)})
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert told in done.stderr
    assert [f.name for f in tmp_path.iterdir()] == ["file"]
    assert not (course / ".grader").exists()


# Classroom 50


@pytest.fixture(scope="module")
def entry(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """autograder.py and its settings: the runner has the course."""
    folder = tmp_path_factory.mktemp("classroom50")
    done = command("bundle", "classroom50", UNIT, folder, "--tier", "T0", cwd=course)
    assert done.returncode == 0, done.stderr
    assert {f.name for f in folder.iterdir()} == {"autograder.py", "settings.json"}
    return folder


def run_entry(entry: Path, checkout: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, entry / "autograder.py"],
        cwd=checkout,
        env={"PATH": os.environ["PATH"], "GRADER_PYTHON": python_for_scripts()} | RUNNER | MORE | environment,
        capture_output=True,
        text=True,
    )


def result(checkout: Path) -> dict[str, Any]:
    value = json.loads((checkout / "result.json").read_text())
    jsonschema.validate(value, json.loads((SCHEMAS / "classroom50-result.json").read_text()))
    return dict(value)


@pytest.mark.parametrize(("text", "score"), [(RIGHT, 5), (SHALLOW, 2), (None, 0)])
def test_classroom50_grades_the_checkout(
    entry: Path, course_on_the_runner: Path, tmp_path: Path, text: str | None, score: int
) -> None:
    """A checkout that is a students' bundle has a `grader` of its own, which must not be the one that grades."""
    (tmp_path / "grader").mkdir()
    (tmp_path / "grader" / "__init__.py").write_text("raise SystemExit('taken over')\n")
    (tmp_path / "json.py").write_text("raise SystemExit('taken over')\n")
    if text is not None:
        (tmp_path / "assignments" / UNIT).mkdir(parents=True)
        (tmp_path / "assignments" / UNIT / "doubling.py").write_text(text)
    done = run_entry(entry, tmp_path, GRADER_COURSE=str(course_on_the_runner))
    assert done.returncode == 0, done.stderr
    found = result(tmp_path)
    assert (found["score"], found["max-score"], found["owner"]) == (score, 5, "zoe")
    assert HIDDEN_EXAMPLE not in json.dumps(found)


def test_classroom50_faults_end_with_a_status_and_without_a_result(
    entry: Path, course_on_the_runner: Path, tmp_path: Path
) -> None:
    (tmp_path / "doubling.py").write_text(RIGHT)
    (tmp_path / "result.json").write_text("{}")
    done = run_entry(entry, tmp_path)
    assert done.returncode == 1 and "no course" in done.stderr
    assert not (tmp_path / "result.json").exists()
    done = run_entry(entry, tmp_path, GRADER_COURSE=str(course_on_the_runner), COMMIT_URL="")
    assert done.returncode == 1 and "COMMIT_URL" in done.stderr
    assert not (tmp_path / "result.json").exists()


def test_classroom50_with_answers_has_a_secret_of_its_own(course: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    published = ("--with-answers", "--secret", course / "secret", "--out-of", "3")
    done = command("bundle", "classroom50", UNIT, folder, "--tier", "T0", *published, cwd=course)
    assert done.returncode == 0 and "can read them" in done.stdout
    assert (folder / "secret").read_text() != (course / "secret").read_text()
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (checkout / "doubling.py").write_text(WRONG)
    done = run_entry(folder, checkout)
    assert done.returncode == 0, done.stderr
    found = result(checkout)
    assert (found["score"], found["max-score"]) == (1, 3)
    done = command("bundle", "classroom50", UNIT, folder, "--tier", "T0", cwd=course)
    assert done.returncode == 0, done.stderr
    assert sorted(f.name for f in folder.iterdir()) == ["autograder.py", "settings.json"], "answers were left"


def _with_dates(*dates: str | None) -> dict[str, object]:
    """Return the metadata of a group whose members have these due dates of their own; None for none."""
    users = [{"id": n, "assignment": {"due_date": date}} for n, date in enumerate(dates)]
    return METADATA | {"users": users}


@pytest.mark.parametrize(
    ("metadata", "late"),
    [
        (METADATA, True),
        (_with_dates("2026-11-08T23:00:00.000000-08:00"), False),
        (_with_dates("2026-10-31T23:00:00.000000-07:00"), True),
        (_with_dates(None), True),
        (_with_dates(None, "2026-11-08T23:00:00.000000-08:00"), False),
        (METADATA | {"users": None}, True),
        (METADATA | {"users": [{"assignment": None}, "eve"]}, True),
        (METADATA | {"users": [{"assignment": ["odd"]}]}, False),
        (METADATA | {"assignment": {"due_date": None}}, False),
        (METADATA | {"created_at": "yesterday"}, False),
        ({}, False),
    ],
)
def test_who_has_an_extension_is_not_late(metadata: dict[str, object], late: bool) -> None:
    assert _late(metadata) is late
