"""A regrade grades as the records were graded: what a forgotten option would change is refused, or told."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from support import command, needs_walls, records_in
from support.joined_course import KEY_ONE, TEST_ONE, WRONG_ONE, write_course
from support.small_course import RIGHT, WRONG
from support.small_course import write_course as write_small_course

ONE, TWO = "01_doubling", "02_quadrupling"
LENIENT = TEST_ONE.replace(
    "student.double(3) != 6", "student.double(3) not in (4, 6)"
)  # 3 + 1, as bob has it
STUMBLING = TEST_ONE.replace(
    "    if student",
    """    from pathlib import Path
    from grader.endings import BoxFault
    if student.double(3) == 4 and Path("stumble").exists():
        raise BoxFault("the machine stumbled")
    if student""",
)


def grade(course: Path, *more: object, tier: str = "T0") -> subprocess.CompletedProcess[str]:
    name = "regrade" if "--regrade" in more else "grade"
    arguments = (name, "class", "--out", "out", "--secret", "secret", "--jobs", "1", "--tier", tier)
    return command(*arguments, *(m for m in more if m != "--regrade"), cwd=course)


def said(done: subprocess.CompletedProcess[str], status: int = 0) -> str:
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return " ".join((done.stdout + done.stderr).split())


def joined_class(out: Path) -> dict[str, tuple[str, list[str]]]:
    """Student/unit → outcome of its first test, and what was joined from the answer key."""
    found = {}
    for file in sorted((out / "records").glob("*/*.json")):
        record: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        keys = list(record["submission"].get("substituted", []))
        found[f"{file.parent.name}/{file.stem[:2]}"] = (
            record["tests"][0]["outcome"] if record["tests"] else "",
            keys,
        )
    return found


def mend(course: Path, text: str) -> None:
    (course / "tests" / ONE / "test_doubling.py").write_text(text)


@pytest.fixture(scope="module")
def with_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of a unit that joins another, graded with --substitute: bob's first unit counts as wrong."""
    course = write_course(tmp_path_factory.mktemp("joined") / "course")
    (course / "secret").write_text("the secret of the kit's tests\n")
    (course / "secret").chmod(0o600)
    said(grade(course, "--substitute"))
    assert joined_class(course / "out") == {
        "ann/01": ("pass", []),
        "ann/02": ("pass", []),
        "bob/01": ("fail", []),
        "bob/02": ("pass", [ONE]),
        "cyd/02": ("pass", [ONE]),
    }
    return course


def test_what_joins_is_graded_again_when_what_it_joins_changes(with_keys: Path, tmp_path: Path) -> None:
    course = shutil.copytree(with_keys, tmp_path / "course")
    before = joined_class(course / "out")
    mend(course, LENIENT)

    forgotten = said(grade(course, "--regrade", "--apply"), 2)
    assert "was graded with --substitute" in forgotten and "bob, 02_quadrupling" in forgotten
    assert not (course / "out" / "regrade" / "journal.jsonl").exists(), "nothing was graded"

    told = said(grade(course, "--regrade", "--substitute"))
    assert "3 graded again" in told, "ann's and bob's first units, and bob's second, now with his own first"
    assert "bob, 02_quadrupling: 2 → 1 of 2 joins their own for 01_doubling now" in told
    assert "present suite: ann, 02_quadrupling; cyd, 02_quadrupling" in told
    assert joined_class(course / "out") == before

    said(grade(course, "--regrade", "--substitute", "--apply"))
    after = joined_class(course / "out")
    assert after == {**before, "bob/01": ("pass", []), "bob/02": ("fail", [])}
    assert "5 graded: 0 now" in said(grade(course, "--substitute"))
    assert joined_class(course / "out") == after
    assert "Nothing to grade again" in said(grade(course, "--regrade", "--substitute"))


def test_another_answer_key_is_joined_anew(with_keys: Path, tmp_path: Path) -> None:
    course = shutil.copytree(with_keys, tmp_path / "course")
    (course / "reference" / ONE / "doubling.py").write_text(KEY_ONE.replace("x + x", "2 * x"))
    told = said(grade(course, "--regrade", "--substitute"))
    assert "4 graded again" in told and "1 not graded again" in told  # ann's second joins nothing of it


def test_what_could_not_be_run_keeps_its_record_until_it_can_be(with_keys: Path, tmp_path: Path) -> None:
    course = shutil.copytree(with_keys, tmp_path / "course")
    mend(course, STUMBLING)
    (course / "stumble").touch()
    before = joined_class(course / "out")
    kept = (course / "out" / "records" / "bob" / f"{ONE}.json").read_bytes()

    told = said(grade(course, "--regrade", "--substitute", "--apply"), 1)
    assert "NOT GRADED: bob, 01_doubling" in told and "The old record stays" in told
    assert "1 graded again" in told and "1 records replaced" in told
    assert (course / "out" / "records" / "bob" / f"{ONE}.json").read_bytes() == kept
    assert joined_class(course / "out") == before, "by bob's old record, his second unit still joins the key"

    told = said(grade(course, "--regrade", "--substitute"), 1)
    assert "Nothing was graded again" in told

    (course / "stumble").unlink()
    told = said(grade(course, "--regrade", "--substitute", "--apply"))
    assert "1 graded again" in told
    assert (course / "out" / "records" / "bob" / f"{ONE}.json").read_bytes() != kept
    assert "5 graded: 0 now" in said(grade(course, "--substitute"))


def test_what_joins_a_unit_that_could_not_be_run_is_not_run_either(tmp_path: Path) -> None:
    course = write_course(tmp_path / "course")
    (course / "secret").write_text("the secret of the kit's tests\n")
    (course / "secret").chmod(0o600)
    mend(course, STUMBLING)
    (course / "stumble").touch()
    told = said(grade(course, "--substitute"), 1)
    assert "NOT GRADED: bob, 02_quadrupling: 01_doubling, which it depends on, was not run" in told
    (course / "stumble").unlink()
    assert "2 now" in said(grade(course, "--substitute"))
    assert joined_class(course / "out")["bob/02"] == ("pass", [ONE])


def test_the_answer_key_takes_no_place_that_it_did_not_have(with_keys: Path, tmp_path: Path) -> None:
    course = shutil.copytree(with_keys, tmp_path / "course")
    said(grade(course))
    mend(course, LENIENT)
    refused = said(grade(course, "--regrade", "--substitute"), 2)
    assert "was graded without --substitute" in refused and "Leave --substitute out" in refused
    assert "2 graded again" in said(grade(course, "--regrade"))


def test_a_unit_handed_in_since_is_left_to_grade(with_keys: Path, tmp_path: Path) -> None:
    course = shutil.copytree(with_keys, tmp_path / "course")
    said(grade(course))
    (course / "class" / "cyd" / ONE).mkdir()
    (course / "class" / "cyd" / ONE / "doubling.py").write_text(WRONG_ONE)
    test = course / "tests" / TWO / "test_quadrupling.py"
    test.write_text(test.read_text() + "\nMENDED = True\n")
    told = said(grade(course, "--regrade"))
    assert (
        "01_doubling, which it depends on, was handed in anew since: `grader grade` grades that: cyd" in told
    )
    assert "2 graded again" in told


# ------------------------------------------------------------------------------- device, tier, what is not there


@pytest.fixture(scope="module")
def pretended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class graded on the pretended device, at tier T0; then its suite was mended."""
    course = write_small_course(tmp_path_factory.mktemp("small") / "course", {"ann": RIGHT, "bob": WRONG})
    said(grade(course, "--device", "pretend"))
    test = course / "tests" / ONE / "test_doubling.py"
    test.write_text(test.read_text().replace("student.double(-1) != -2", "student.double(-1) not in (-2, 2)"))
    return course


def test_another_device_is_refused_before_anything_is_graded(pretended: Path, tmp_path: Path) -> None:
    course = shutil.copytree(pretended, tmp_path / "course")
    refused = said(grade(course, "--regrade", "--apply"), 2)
    assert "2 of 2 records were graded on another device (for example ann, 01_doubling, on pretend" in refused
    assert "this would be cpu" in refused and "Pass --device pretend." in refused
    assert records_in(course / "out") == records_in(pretended / "out")
    assert not (course / "out" / "regrade").exists()
    told = said(grade(course, "--regrade", "--apply", "--device", "pretend"))
    assert "2 graded again" in told


def test_several_settings_are_refused_together_and_a_part_by_itself(pretended: Path, tmp_path: Path) -> None:
    course = shutil.copytree(pretended, tmp_path / "course")
    file = course / "out" / "records" / "ann" / f"{ONE}.json"
    record = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(record | {"tier": "T1", "device": "cuda: NVIDIA H200"}), encoding="utf-8")
    refused = said(grade(course, "--regrade", "--device", "pretend"), 2)
    assert (
        "1 of 2 records were graded at another tier (for example ann, 01_doubling, at T1; this would be T0)"
        in refused
    )
    assert "Pass --tier T1." in refused and "Pass --device cuda." in refused
    assert "regrade each part by itself" in refused
    alone = command(
        *("regrade", "class/bob", "--out", "out", "--secret", "secret", "--tier", "T0"),
        *("--device", "pretend"),
        cwd=course,
    )
    assert "1 graded again" in said(alone)
    assert "no submission of theirs was found: ann, 01_doubling" in said(alone)


@needs_walls
def test_walls_that_were_not_there_are_refused(pretended: Path, tmp_path: Path) -> None:
    course = shutil.copytree(pretended, tmp_path / "course")
    assert "Pass --tier T0." in said(grade(course, "--regrade", "--device", "pretend", tier="T1"), 2)


def test_other_versions_are_told_and_being_late_is_kept(pretended: Path, tmp_path: Path) -> None:
    course = shutil.copytree(pretended, tmp_path / "course")
    file = course / "out" / "records" / "ann" / f"{ONE}.json"
    record = json.loads(file.read_text(encoding="utf-8"))
    record["versions"]["torch"] = "1.0"
    file.write_text(json.dumps(record | {"late": True}), encoding="utf-8")
    told = said(grade(course, "--regrade", "--device", "pretend"))
    assert "Scores may have moved for other versions too: torch 1.0 →" in told
    assert records_in(course / "out" / "regrade")["ann"]["late"] is True
    assert records_in(course / "out" / "regrade")["bob"]["late"] is False
