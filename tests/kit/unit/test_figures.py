"""Figures of handouts: drawn from the answer key, the same each time, each shown by the handout."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from support.small_course import UNIT, write_course

from grader.authoring.release import outdated_files
from grader.course import Course, CourseError

_DRAWING = """
import math
from matplotlib.figure import Figure

def draw(key):
    figure = Figure(figsize=(4, 3))
    axes = figure.subplots()
    axes.plot([key.double(x) + math.pi * {ulp} for x in range(10)], "o-", label="twice x")
    axes.legend()
    return {{"doubled": figure}}
"""


def course(folder: Path, ulp: str = "0", handout: str = "![twice x](figures/doubled.svg)") -> Course:
    write_course(folder, {})
    (folder / "tests" / UNIT / "figures.py").write_text(_DRAWING.format(ulp=ulp))
    (folder / "assignments" / UNIT).mkdir(parents=True, exist_ok=True)
    (folder / "assignments" / UNIT / "README.md").write_text(handout)
    return Course(folder)


def figure_of(drawn: Course) -> tuple[Path, str]:
    files = {path: text for path, text in outdated_files(drawn).items() if path.suffix == ".svg"}
    ((path, text),) = files.items()
    return path, text


def test_a_figure_is_drawn_from_the_key_beside_the_handout(tmp_path: Path) -> None:
    path, text = figure_of(course(tmp_path))
    assert path == tmp_path / "assignments" / UNIT / "figures" / "doubled.svg"
    assert ElementTree.fromstring(text).tag.endswith("svg") and "twice x" in text
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    assert path not in outdated_files(Course(tmp_path))


def test_it_changes_with_the_key(tmp_path: Path) -> None:
    one, other = course(tmp_path / "a"), course(tmp_path / "b")
    key = other.units[UNIT].reference
    key.write_text(key.read_text().replace("x + x\n", "5 * x * x\n", 1))
    assert figure_of(one)[1] != figure_of(other)[1]


def test_last_digits_which_differ_from_processor_to_processor_change_nothing(tmp_path: Path) -> None:
    _, one = figure_of(course(tmp_path / "a"))
    _, other = figure_of(course(tmp_path / "b", ulp="1e-9"))
    assert one == other


def test_a_figure_that_the_handout_does_not_show_is_told(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"README\.md doesn't show figures/doubled\.svg"):
        outdated_files(course(tmp_path, handout="Nothing to see."))
