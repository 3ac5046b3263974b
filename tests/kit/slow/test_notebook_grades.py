"""Notebooks generated from answer keys are graded like the modules that they were made from."""

from __future__ import annotations

import json
from pathlib import Path

from support import command
from support.notebooks import UNITS, answered, unanswered, write


def test_graded_the_answers_have_full_marks_and_the_rest_none(tmp_path: Path, secret: Path) -> None:
    """Three units have notebooks of different kinds: classes, decorated functions, callbacks."""
    units = [UNITS[name] for name in ("03_minibatch", "07_anneal", "09_callbacks")]
    for unit in units:
        write(answered(unit), tmp_path / "class" / "full" / unit.name / f"{unit.module}.ipynb")
        write(unanswered(unit), tmp_path / "class" / "empty" / unit.name / f"{unit.module}.ipynb")
    options = ("--secret", secret, "--tier", "T0", "--jobs", "2", "--out", tmp_path / "out")
    done = command("grade", tmp_path / "class", *options)
    assert done.returncode == 0, done.stderr
    for unit in units:
        full, empty = (
            json.loads((tmp_path / "out" / "records" / who / f"{unit.name}.json").read_text(encoding="utf-8"))
            for who in ("full", "empty")
        )
        assert [
            (t["id"], t["message"]) for t in full["tests"] if t["outcome"] not in ("pass", "skipped")
        ] == []
        assert all(score["earned"] == score["possible"] for score in full["score"].values())
        assert {t["outcome"] for t in empty["tests"]} <= {"not_implemented", "skipped"}
        assert not any(score["earned"] for score in empty["score"].values())
        assert full["submission"]["files"] == [f"{unit.module}.ipynb"]
