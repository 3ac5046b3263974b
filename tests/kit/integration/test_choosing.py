"""`pytest -k` imports only test files from which its words may choose, and chooses what it would from all of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from support import ROOT, student_pytest, write_files
from support.joined_course import write_course

from grader.course import Course
from grader.suite.plugin.choosing import may_be_chosen

NAMES = """
import json
from _pytest.mark import KeywordMatcher

def pytest_collection_finish(session):
    names = [(str(item.path), sorted(KeywordMatcher.from_item(item)._names)) for item in session.items]
    with open({file!r}, "w") as out:
        json.dump(names, out)
"""
MADE = '''
import pytest
from grader.suite import points
from hypothesis import given, strategies as st
{imports}

@points(1, function="quadruple", hint="")
@pytest.mark.parametrize("n", [f"4{{n}}x" for n in range(5)])
def test_made(student, n):
    """Made"""

@points(1, function="quadruple", hint="")
@given(st.integers())
def test_drawn(student, n):
    """Drawn"""
'''
BROKEN = "raise RuntimeError('it was imported')\n"


def chosen(course: Path, words: str) -> set[str]:
    """Return the names of the tests that -k chooses."""
    done = student_pytest("--collect-only", "-k", words, cwd=course)
    assert "error" not in done.stdout, done.stdout
    return set(re.findall(r"^tests/\S+::(\S+)$", done.stdout, re.MULTILINE))


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Two units: in the first, whatever lies beside its test file is broken; the second computes names."""
    course = write_course(tmp_path)
    write_files(
        course,
        {
            "tests/01_doubling/test_broken.py": BROKEN,
            "tests/02_quadrupling/test_made.py": MADE.format(imports=""),
        },
    )
    return course


@pytest.mark.parametrize(
    ("words", "tests"),
    [
        (
            "02_quadrupling",
            {"test_quadruple", "test_peek", "test_drawn", *(f"test_made[4{n}x]" for n in range(5))},
        ),
        ("02_QUAD and peek", {"test_peek"}),
        ("43x or peek", {"test_made[43x]", "test_peek"}),
        ("is_hypothesis", {"test_drawn"}),
        ("nothing_of_that_name", set()),
    ],
)
def test_what_is_chosen_is_found_and_the_rest_is_not_imported(
    words: str, tests: set[str], course: Path
) -> None:
    if words == "is_hypothesis":  # for all that is known, it may be in any file
        (course / "tests" / "01_doubling" / "test_broken.py").unlink()
    assert chosen(course, words) == tests


@pytest.mark.parametrize("words", ["not 02_quadrupling", "doubling", "imported", "test_broken.py", "tests"])
def test_what_may_be_chosen_is_imported(words: str, course: Path) -> None:
    done = student_pytest("--collect-only", "-k", words, cwd=course)
    assert "it was imported" in done.stdout


def test_words_that_pytest_can_not_read_are_said_by_pytest(course: Path) -> None:
    (course / "tests" / "01_doubling" / "test_broken.py").unlink()
    done = student_pytest("--collect-only", "-k", "double and", cwd=course)
    assert done.returncode == 4 and "Wrong expression passed to '-k': double and" in done.stderr


def test_names_of_all_units_are_spelled_where_they_are_looked_for(tmp_path: Path) -> None:
    write_files(tmp_path, {"names_of_items.py": NAMES.format(file=str(tmp_path / "names.json"))})
    done = student_pytest("--collect-only", "-p", "names_of_items", cwd=ROOT, path=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    units = Course(ROOT).units
    items = [(Path(file), names) for file, names in json.loads((tmp_path / "names.json").read_text())]
    assert len({file.parent.name for file, _ in items}) == len(units)
    for file, names in items:
        unit = units[file.parent.name]
        words = {word for name in names for word in re.findall(r"[\w:+.\[\]\\/-]+", name)} - {
            "and",
            "or",
            "not",
        }
        assert [w for w in words if not may_be_chosen(file, unit, w, units)] == []
        others = [u for u in units if u != unit.name and any(u in name.lower() for name in names)]
        assert others == [], "a computed name is taken to hold no other unit's"
