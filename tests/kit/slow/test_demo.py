"""The demo and the doctor: what an instructor tries first."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from support import ROOT, command, needs_walls, write_files
from typer.testing import CliRunner

from grader.authoring.demo import class_, write_class
from grader.cli import demo
from grader.cli.app import app
from grader.course import find_course
from grader.intake.discovery.discover import Discovery


@needs_walls
def test_the_demo_grades_a_class_and_writes_its_pages(tmp_path: Path) -> None:
    done = command("demo", "--out", tmp_path, "--jobs", "2")
    assert done.returncode == 0, done.stderr
    students = list((tmp_path / "records").iterdir())
    assert 16 <= len(students) <= 24
    page = (tmp_path / "report" / "index.html").read_text()
    for student in students:
        assert student.name in page
        assert (tmp_path / "report" / "students" / f"{student.name}.html").exists()
    files = list(tmp_path.glob("records/*/*.json"))
    assert len({f.stem for f in files}) == 3
    endings = {t["outcome"] for f in files for t in _tests(f)}
    assert {"pass", "fail", "timeout", "crashed", "forbidden", "out_of_memory", "not_implemented"} <= endings
    records = [json.loads(f.read_text()) for f in files]
    assert not [r for r in records if r["status"] != "graded"]
    full = [r for r in records if r["score"]["core"]["earned"] == r["score"]["core"]["possible"]]
    assert full and len(full) < len(records) / 2


def _tests(file: Path) -> list[dict]:
    return json.loads(file.read_text())["tests"]


def test_the_class_is_the_same_each_time(tmp_path: Path) -> None:
    units = find_course(ROOT).units.values()
    once, again = (write_class(units, tmp_path / n) for n in ("a", "b"))
    files = sorted(p.relative_to(once) for p in once.rglob("*.py"))
    assert files == sorted(p.relative_to(again) for p in again.rglob("*.py"))
    assert all((once / f).read_bytes() == (again / f).read_bytes() for f in files)


def handed_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *options: str) -> set[tuple[str, str]]:
    """Return (student, unit) of what `grader demo` would grade."""
    found: list[Discovery] = []

    def grade(conditions: object, discovery: Discovery, *_: object, **__: object) -> int:
        found.append(discovery)
        return 0

    monkeypatch.setattr(demo, "choose_tier", lambda *_: "T0")
    monkeypatch.setattr(demo, "grade_and_report", grade)
    monkeypatch.chdir(ROOT)
    assert CliRunner().invoke(app, ["demo", "--out", str(tmp_path), *options]).exit_code == 0
    return {(s.student, s.unit) for s in found[0].submissions}


def test_all_is_every_unit_and_the_first_class_a_part_of_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = handed_in(monkeypatch, tmp_path / "first")
    whole = handed_in(monkeypatch, tmp_path / "whole", "--all")
    assert {unit for _, unit in whole} == {u.name for u in find_course(ROOT).units.values()}
    assert first < whole
    assert {(s, u) for u, students in class_._FIRST.items() for s in students} == first
    for student, unit in first:  # so that the whole class finds it graded
        (file,) = (tmp_path / "first" / "submissions" / student / unit).iterdir()
        assert file.read_bytes() == (tmp_path / "whole" / file.relative_to(tmp_path / "first")).read_bytes()
    softmax = {(s, u) for s, u in whole if u == "01_softmax"}
    assert handed_in(monkeypatch, tmp_path / "unit", "--unit", "softmax") == softmax
    assert handed_in(monkeypatch, tmp_path / "unit", "--unit", "softmax", "--all") == softmax


@pytest.mark.parametrize("theirs", ["submissions/yuri/softmax.py", "records/yuri/01_softmax.json"])
def test_the_class_of_somebody_else_is_not_touched(theirs: str, tmp_path: Path) -> None:
    write_files(tmp_path, {theirs: "work = 1\n"})
    done = command("demo", "--out", tmp_path)
    assert done.returncode == 2
    assert "'yuri'" in done.stderr and "another --out" in done.stderr
    assert [p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()] == [theirs]


@needs_walls
def test_the_doctor_tries_the_walls_and_names_versions() -> None:
    done = command("doctor")
    assert done.returncode == 0
    assert "Best tier here: T1" in done.stdout
    assert re.search(r"torch +\d+\.\d+", done.stdout)
    assert "NOT OK" not in done.stdout
