"""nbgrader_config.py as `grader release --nbgrader` writes it, and one of another version of the kit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.small_course import RIGHT, write_course

pytest.importorskip("nbgrader", reason="needs nbgrader: pip install -c constraints.txt nbgrader")

from grader.course import Course
from grader.outputs.nbgrader.course import CONFIG, NbgraderError, nbgrader_in, write_nbgrader_course


def test_the_settings_name_modules_that_are_there(tmp_path: Path) -> None:
    course = Course(write_course(tmp_path / "course", {"ann": RIGHT}))
    assert list(write_nbgrader_course(course, tmp_path / "nbgrader")) == ["01_doubling"]
    with nbgrader_in(tmp_path / "nbgrader") as api:
        steps = [step.__name__ for step in api.config.Autograde.sanitize_preprocessors]
    assert "RepairCells" in steps


def test_variables_that_the_settings_set_end_with_nbgrader(tmp_path: Path) -> None:
    course = Course(write_course(tmp_path / "course", {"ann": RIGHT}))
    before = dict(os.environ)
    write_nbgrader_course(course, tmp_path / "nbgrader")
    with nbgrader_in(tmp_path / "nbgrader"):
        assert os.environ["GRADER_COURSE"] == str(course.root.resolve())
    assert dict(os.environ) == before


def test_settings_of_another_version_say_what_to_do(tmp_path: Path) -> None:
    (tmp_path / CONFIG).write_text("from grader.release.order import ChecksLast\n")
    with pytest.raises(NbgraderError, match=f"{CONFIG} is of another version: move it away"):
        with nbgrader_in(tmp_path):
            pass
