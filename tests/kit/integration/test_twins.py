"""Submissions of the same files are graded once, and each has a record of its own."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from support import Record, command, events_in, joined_course, records_in, write_files
from support.families import JUDGE, ZYGOTE, processes_of
from support.notebooks import code, write
from support.small_course import RIGHT, UNIT, WRONG, write_course
from support.waiting_class import WaitingClass

from grader.intake.submission.reading import read_cells
from grader.intake.submission.submission import Submission
from grader.records.record import parse_record, without_times

CRASHES = "import os\n\ndef double(x):\n    os._exit(3)\n"
ASKING = {
    "by its name": "def test_name(student, submitter):\n    name = submitter",
    "through a fixture": "def test_name(student, name):\n    pass",
    "while it runs": "def test_name(student, request):\n    name = request.getfixturevalue('submitter')",
}
ASKING_TEST = """
import pytest
from grader.suite import points, require

@pytest.fixture
def name(submitter):
    return submitter

@points(1, function="double", hint="sign")
{}
    require(student.double(1) == 2 and name != "bob", "it is bob's")
"""


def grade(course: Path, *more: object, out: str = "out", jobs: int = 2) -> list[tuple[str, str]]:
    """Grade the class; return what the log says of each submission in this run: (event, student)."""
    options = ("--out", out, "--secret", "secret", "--tier", "T0", "--jobs", jobs)
    done = command("grade", "class", *options, *more, cwd=course)
    assert done.returncode == 0, done.stdout + done.stderr
    return told(course / out)


def told(out: Path) -> list[tuple[str, str]]:
    """Return (event, student) of all events of the last run that are about a submission."""
    events = events_in(out)
    last = max(i for i, e in enumerate(events) if e["event"] == "run_started")
    return [(e["event"], e["student"]) for e in events[last:] if "student" in e]


def alike(*records: Record) -> bool:
    """Return True if the records are the same but for names and times."""
    plain = [without_times(parse_record(r | {"student": ""})) for r in records]
    return all(p == plain[0] for p in plain)


def text_of(out: Path, student: str) -> str:
    return (out / "records" / student / f"{UNIT}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", [RIGHT, WRONG, CRASHES], ids=["right", "wrong", "crashes"])
def test_the_same_files_are_graded_once(text: str, tmp_path: Path) -> None:
    course = write_course(tmp_path, {**dict.fromkeys(("ann", "bob", "cyd"), text), "dan": text + "\n"})
    events = grade(course, jobs=1)
    assert events == [("graded", "ann"), ("copied", "bob"), ("copied", "cyd"), ("graded", "dan")]
    assert {e["copied_from"] for e in events_in(course / "out") if e["event"] == "copied"} == {"ann"}
    records = records_in(course / "out")
    assert alike(*(records[s] for s in ("ann", "bob", "cyd")))
    assert records["dan"]["submission"]["sha256"] != records["ann"]["submission"]["sha256"]
    assert "ann" not in text_of(course / "out", "bob"), "nobody's record names another"
    assert grade(course) == [], "all is in the journal"
    assert grade(course, "--match", "(?P<student>bob)/", out="alone") == [("graded", "bob")]
    assert alike(records_in(course / "alone")["bob"], records["bob"])


def test_twins_have_the_same_flags(tmp_path: Path) -> None:
    """One that has waited has no copy any more that could be looked at."""
    course = write_course(tmp_path, dict.fromkeys(("ann", "bob", "cyd"), f"import ctypes\n{RIGHT}"))
    about = course / "tests" / UNIT / "unit.toml"
    about.write_text(about.read_text().replace("[", 'forbidden = ["torch.nothing"]\n[', 1))
    assert [event for event, _ in grade(course)] == ["graded", "copied", "copied"]
    assert {tuple(r["flags"]) for r in records_in(course / "out").values()} == {("ctypes",)}


def test_a_record_has_facts_of_its_own(tmp_path: Path) -> None:
    course = write_course(tmp_path, {})
    write_files(course, {"class/ann/doubling/1.py": RIGHT, "class/bob/late/doubling/2.py": RIGHT})
    named = r"^(?P<student>\w+)/(?P<late>late/)?(?P<unit>\w+)/"
    assert grade(course, "--match", named) == [("graded", "ann"), ("copied", "bob")]
    ann, bob = (records_in(course / "out")[s] for s in ("ann", "bob"))
    assert [(r["submission"]["files"], r["late"]) for r in (ann, bob)] == [
        (["1.py"], False),
        (["2.py"], True),
    ]
    assert bob["started"] >= ann["started"], "when it was made"
    assert bob["seconds"] == ann["seconds"] > 0, "what grading these files took"


def test_a_twin_waits_while_others_go_on(tmp_path: Path) -> None:
    waiting = WaitingClass(tmp_path, {"bob": "", "zoe": RIGHT})
    waiting.module("bob").write_text(waiting.module("ann").read_text())
    grading = waiting.grading("grade", "--jobs", "2")
    out = waiting.course / "out"
    wait_for_record(out, "zoe")
    copies = [p.parent.parent.name for p in waiting.scratch.glob("grader-*/*/*/doubling.py")]
    assert len(copies) == 1, "no copy waits on the disk"
    said = waiting.finish(grading)
    assert grading.returncode == 0, said
    assert told(out) == [("graded", "zoe"), ("graded", "ann"), ("copied", "bob")]
    assert alike(*(records_in(out)[s] for s in ("ann", "bob")))


def wait_for_record(out: Path, student: str) -> None:
    deadline = time.monotonic() + 120
    while not (out / "records" / student).exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("killed", "tells"),
    [
        ([ZYGOTE], [("retried", "ann"), ("graded", "ann"), ("copied", "bob"), ("copied", "cyd")]),
        (
            [JUDGE, JUDGE],
            [("retried", "ann"), ("not_run", "ann"), ("graded", "bob"), ("graded", "cyd")],
        ),
    ],
    ids=["a second try", "no result"],
)
def test_no_fault_is_copied(killed: list[str], tells: list[tuple[str, str]], tmp_path: Path) -> None:
    waiting = WaitingClass(tmp_path, {"bob": "", "cyd": ""})
    for student in ("bob", "cyd"):
        waiting.module(student).write_text(waiting.module("ann").read_text())
    grading = waiting.grading("grade", "--jobs", "2", anew=True)
    for module in killed:
        os.kill(processes_of(grading.pid, module)[0], signal.SIGKILL)
        waiting.wait_for_ann(grading)  # hers is tried again, or a twin of hers is
    said = waiting.finish(grading)
    records = records_in(waiting.course / "out")
    statuses = {student: record["status"] for student, record in records.items()}
    assert statuses == {s: "not_run" if ("not_run", s) in tells else "graded" for s in statuses}, said
    assert sorted(told(waiting.course / "out")) == sorted(tells)


@pytest.mark.parametrize("asks", ASKING.values(), ids=ASKING)
def test_who_is_asked_for_by_a_test_is_graded_alone(asks: str, tmp_path: Path) -> None:
    course = write_course(tmp_path, dict.fromkeys(("ann", "bob", "cyd"), RIGHT))
    write_files(course, {f"tests/{UNIT}/test_asking.py": ASKING_TEST.format(asks)})
    events = grade(course)
    assert sorted(events) == [("graded", "ann"), ("graded", "bob"), ("graded", "cyd")]
    earned = {s: r["score"]["core"]["earned"] for s, r in records_in(course / "out").items()}
    assert earned == {"ann": 3, "bob": 2, "cyd": 3}
    write_files(course, {"class/dan/doubling.py": RIGHT})
    assert grade(course) == [("graded", "dan")], "nor are they copied from the journal"


def test_twins_across_an_interrupted_run(tmp_path: Path) -> None:
    waiting = WaitingClass(tmp_path, {"abe": RIGHT, "zoe": RIGHT})
    (waiting.course / "class" / "abe").rename(waiting.course / "class" / "Abe")  # before ann
    grading = waiting.grading(anew=True)
    out = waiting.course / "out"
    wait_for_record(out, "Abe")
    grading.kill()
    grading.communicate()
    waiting.let_go()
    assert grade(waiting.course, jobs=1) == [("graded", "ann"), ("copied", "zoe")]
    assert alike(*(records_in(out)[s] for s in ("Abe", "zoe")))


def test_a_journal_without_contents_is_read_as_before(tmp_path: Path) -> None:
    """It is of an earlier version, which did not ask whether a test had asked for the submitter."""
    course = write_course(tmp_path, {"ann": RIGHT})
    grade(course)
    journal = course / "out" / "journal.jsonl"
    before = journal.read_text()
    assert before.count('"content": "') == 1
    journal.write_text(before.replace('"content": "', '"former": "'))
    write_files(course, {"class/bob/doubling.py": RIGHT, "class/cyd/doubling.py": RIGHT})
    assert grade(course) == [("graded", "bob"), ("copied", "cyd")]


def test_a_module_of_a_notebooks_digest_is_no_twin_of_it(tmp_path: Path) -> None:
    course = write_course(tmp_path, {"zoe": ""})
    notebook = course / "class" / "ann" / "doubling.ipynb"
    write({"cells": [code(RIGHT)], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, notebook)
    module = course / "class" / "zoe" / "doubling.py"
    module.write_bytes(read_cells(notebook))
    digests = {Submission("", UNIT, f, (f,)).sha256() for f in (notebook, module)}
    assert len(digests) == 1, "the case that this is about"
    assert sorted(grade(course)) == [("graded", "ann"), ("graded", "zoe")]
    earned = {s: r["score"]["core"]["earned"] for s, r in records_in(course / "out").items()}
    assert earned == {"ann": 2, "zoe": 0}


@pytest.mark.parametrize(
    ("more", "copied"),
    [
        ((), {"dee": []}),
        (("--substitute",), {"bob": ["01_doubling"], "cyd": ["01_doubling"], "dee": []}),
    ],
    ids=["their own", "or the answer key"],
)
def test_what_a_unit_depends_on_is_a_part_of_it(
    more: tuple[str, ...], copied: Mapping[str, list[str]], tmp_path: Path
) -> None:
    """All hand in the same second unit. bob's first unit is another, and cyd has none; ann's is the answer key."""
    course = joined_course.write_course(tmp_path)
    (course / "secret").write_text("the secret of the kit's tests\n")
    (course / "secret").chmod(0o600)
    write_files(course, both("dee"))
    grade(course, *more, jobs=1)
    events = [e for e in events_in(course / "out") if e["event"] == "copied"]
    assert [e["student"] for e in events if e["unit"] == "01_doubling"] == ["dee"]
    second = [e["student"] for e in events if e["unit"] == "02_quadrupling"]
    files = {s: course / "out" / "records" / s / "02_quadrupling.json" for s in second}
    assert {
        s: list(json.loads(f.read_text())["submission"]["substituted"]) for s, f in files.items()
    } == copied


def both(student: str) -> Mapping[str, str]:
    """Return a student's files for both units: those of ann."""
    return {
        f"class/{student}/01_doubling/doubling.py": joined_course.KEY_ONE,
        f"class/{student}/02_quadrupling/quadrupling.py": joined_course.KEY_TWO,
    }
