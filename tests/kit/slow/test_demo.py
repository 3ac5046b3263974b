"""The demo and the doctor: what an instructor tries first."""

from __future__ import annotations

import re
from pathlib import Path

from support import ROOT, command, needs_walls, records_in

from grader.authoring.demo import write_class
from grader.course import find_course


@needs_walls
def test_the_demo_grades_a_class_and_writes_its_pages(tmp_path: Path) -> None:
    done = command("demo", "--out", tmp_path, "--jobs", "2", "--unit", "softmax")
    assert done.returncode == 0, done.stderr
    students = list((tmp_path / "records").iterdir())
    assert len(students) >= 24
    page = (tmp_path / "report" / "index.html").read_text()
    for student in students:
        assert student.name in page
        assert (tmp_path / "report" / "students" / f"{student.name}.html").exists()
    endings = {t["outcome"] for f in tmp_path.glob("records/*/01_softmax.json") for t in _tests(f)}
    assert {"pass", "fail", "timeout", "crashed", "forbidden", "out_of_memory", "not_implemented"} <= endings
    assert not [r for r in records_in(tmp_path).values() if r["status"] != "graded"]


def _tests(file: Path) -> list[dict]:
    import json

    return json.loads(file.read_text())["tests"]


def test_the_class_is_the_same_each_time(tmp_path: Path) -> None:
    units = find_course(ROOT).units.values()
    once, again = (write_class(units, tmp_path / n) for n in ("a", "b"))
    files = sorted(p.relative_to(once) for p in once.rglob("*.py"))
    assert files == sorted(p.relative_to(again) for p in again.rglob("*.py"))
    assert all((once / f).read_bytes() == (again / f).read_bytes() for f in files)


@needs_walls
def test_the_doctor_tries_the_walls_and_names_versions() -> None:
    done = command("doctor")
    assert done.returncode == 0
    assert "Best tier here: T1" in done.stdout
    assert re.search(r"torch +\d+\.\d+", done.stdout)
    assert "NOT OK" not in done.stdout
