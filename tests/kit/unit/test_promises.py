"""What handouts promise, found in their Markdown and held against what tests say that they judge by."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from support import ROOT

from grader.authoring.promises import promises_and_citations, promises_page
from grader.authoring.promises.handout import promises_of
from grader.authoring.promises.text import Block, blocks
from grader.authoring.release import outdated_files
from grader.course import Course

HANDOUT = """# Doubling

## The mathematics

Twice $x$ is *two* times x, and `0` of nothing.

## What to write

Core is what the lesson shows, robust (▲) is more.

| function | core | robust ▲ |
| --- | --- | --- |
| `double(x)` | two times x; the dtype of x | integers, too; ★ complex numbers |
| `halve(x)` | half of x \\| rounded | |

Beyond the lesson, ▲:
- Inputs are never
  modified.
- Nothing is kept.

- The ★ functions take lists.

## Left open, not tested

- ▲ strings
"""
TOML = """
title = "Doubling"
module = "doubling"
[functions.double]
[functions.halve]
"""
KEY = '''
def double(x):
    """Return twice x. An empty list gives an empty list."""
    # BEGIN SOLUTION
    return 2 * x
    # END SOLUTION


def halve(x):
    """Return half of x."""
    # BEGIN SOLUTION
    return x / 2
    # END SOLUTION
    return x  # STUB: return x
'''
TEST = '''

@points({n}, function="{function}", band="{band}"{law})
def test_{name}(student):
    """It does"""
    assert student.{function}(2) == {value}
'''


def course(folder: Path, *tests: Written) -> Course:
    for name in ("tests", "assignments", "reference"):
        (folder / name / "01_doubling").mkdir(parents=True)
    (folder / "tests/01_doubling/unit.toml").write_text(TOML)
    (folder / "assignments/01_doubling/README.md").write_text(HANDOUT)
    (folder / "reference/01_doubling/doubling.py").write_text(KEY)
    (folder / "tests/01_doubling/test_doubling.py").write_text(
        "from grader.suite import points\n" + "".join(map(str, tests))
    )
    return Course(folder)


@dataclass(frozen=True)
class Written:
    """A test of the unit. law: what its decorator cites."""

    name: str
    law: str
    band: str = "core"
    function: str = "double"
    value: int = 4

    def __str__(self) -> str:
        law = self.law and f", {self.law}"
        return TEST.format(
            n=2, function=self.function, band=self.band, name=self.name, law=law, value=self.value
        )


def problems(folder: Path, *tests: Written) -> list[str]:
    return promises_and_citations(course(folder, *tests).unit("01_doubling")).problems()


AGREED = (
    Written("a", 'handout=("Twice x is two times x", "two times x; the dtype of x")'),
    Written("b", 'handout="integers, too"', "robust"),
    Written("c", 'handout="complex numbers"', "stretch"),
    Written("d", 'handout="half of x | rounded", stub="Return half of x."', function="halve"),
    Written("e", 'handout="Inputs are never modified."', "robust"),
    Written("f", 'handout="Nothing … kept"', "robust"),
    Written("g", 'handout="The ★ functions take lists."', "robust", "halve"),
)


def test_the_promises_of_a_handout() -> None:
    found = [(p.band, p.names, p.text) for p in promises_of(list(blocks(HANDOUT)))]
    assert found == [
        ("core", "double(x)", "two times x; the dtype of x"),
        ("robust", "double(x)", "integers, too;"),
        ("stretch", "double(x)", "complex numbers"),
        ("core", "halve(x)", "half of x | rounded"),
        ("robust", "", "Inputs are never modified."),
        ("robust", "", "Nothing is kept."),
        ("robust", "", "The ★ functions take lists."),
    ]


def test_a_unit_whose_tests_and_promises_agree_has_no_problems(tmp_path: Path) -> None:
    assert problems(tmp_path, *AGREED) == []


@pytest.mark.parametrize(
    ("test", "law", "word"),
    [
        ("a", 'handout="three times x"', "does not have: 'three times x'"),
        ("d", 'stub="Return a third of x."', "the stub does not have: 'Return a third of x.'"),
        ("b", "", "test_b does not say"),
        ("b", 'handout="two times x"', "test_b gives robust points, but judges by core clauses"),
        ("a", 'handout="integers, too"', "test_a gives core points, but judges by robust clauses"),
        (
            "a",
            'handout=("two times x;", "integers, too")',
            "test_a gives core points, but judges by more than core",
        ),
        ("f", 'handout="Inputs are never modified."', "promises: Nothing is kept."),
        ("c", 'handout="complex … numbers … too"', "does not have: 'complex … numbers … too'"),
    ],
)
def test_what_contradicts_is_told(tmp_path: Path, test: str, law: str, word: str) -> None:
    changed = (replace(written, law=law) if written.name == test else written for written in AGREED)
    found = problems(tmp_path, *changed)
    assert any(word in line for line in found), found


def test_a_unit_that_cites_nothing_is_left_in_peace(tmp_path: Path) -> None:
    assert problems(tmp_path, Written("a", "")) == []


def test_words_may_be_left_out_of_a_quotation_within_a_block() -> None:
    block = Block("", "paragraph", ("one two three four",))
    assert block.spans("one … three") == [(0, 3), (8, 13)]
    assert block.spans("three … one") == []


def test_the_page_shows_promises_with_their_tests_and_what_no_test_judges_by(tmp_path: Path) -> None:
    made = course(tmp_path, *AGREED[:4])
    page = promises_page(promises_and_citations(made.unit("01_doubling")))
    assert "| half of x \\| rounded | Return half of x. | `test_d` 2 |" in page
    left = page.partition("## Words that no test judges by")[2]
    assert "Nothing is kept." in left and "half of x" not in left
    assert outdated_files(made)[tmp_path / "docs/promises/01_doubling.md"] == page


def test_a_drawn_argument_called_n_is_not_taken_for_points(tmp_path: Path) -> None:
    made = course(tmp_path, Written("a", 'handout="two times x"'))
    file = tmp_path / "tests/01_doubling/test_doubling.py"
    file.write_text(file.read_text().replace("def test_a(student)", "@example(n=7)\ndef test_a(student, n)"))
    assert "`test_a` 2 |" in promises_page(promises_and_citations(made.unit("01_doubling")))


def test_keys_to_read_have_no_marks(tmp_path: Path) -> None:
    made = course(tmp_path)
    key = outdated_files(made)[tmp_path / "docs/keys/01_doubling.py"]
    assert "return 2 * x" in key and "    return x\n" in key
    assert "SOLUTION" not in key and "STUB" not in key


def test_a_failure_shows_the_words(tmp_path: Path) -> None:
    made = course(tmp_path, Written("a", 'handout="two times x", stub="Return twice x."', value=5))
    shutil.copy(ROOT / "conftest.py", tmp_path)
    (made.root / "assignments/01_doubling/doubling.py").write_text("def double(x):\n    return 2 * x\n")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=made.root,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "The handout says: “two times x” The stub says: “Return twice x.”" in run.stdout, run.stdout
