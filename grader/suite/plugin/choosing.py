"""Find the test files that `pytest -k WORDS` needs: importing the others would take longer than all else.

`-k` looks for its words in the names of folders, files, classes, tests, their parameters, marks and attributes. All of
them are spelled out in the file, its path or the unit's support/, but for what hypothesis adds to a test, which is
listed here, and parameters that are computed. So a file in which no word occurs has no test to choose, if it computes
no names; what reads as if it did is imported, and so is everything for a `not`. Only the whole name of a unit's folder
is taken not to be computed: no parameter is put together from pieces to the name of another unit.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from pathlib import Path

from grader.course import Unit
from grader.suite.plugin import _compat

_COMPUTING = ("parametrize", "params=", "generate_tests", "import *", "exec(", "globals()", "sys.modules")
_OF_HYPOTHESIS = (
    "is_hypothesis_test hypothesis_explicit_examples _hypothesis_internal_use_settings _hypothesis_internal_use_seed "
    "_hypothesis_internal_use_reproduce_failure _hypothesis_internal_settings_applied __wrapped_target pytestmark"
)


def may_be_chosen(file: Path, unit: Unit, expression: str, units: Collection[str]) -> bool:
    """Return False if the expression of `-k` can choose no test in this file of the unit.

    units: the names of all units
    """
    if not expression.strip() or re.search(r"\bnot\b", expression) or (unit.tests / "conftest.py").exists():
        return True
    place = file.relative_to(unit.course).as_posix().lower()
    text = f"{place} {_OF_HYPOTHESIS}\n{_text(file)}\n{_support(unit)}"

    def occurs(word: str) -> bool:
        return word in text or (word not in units and any(sign in text for sign in _COMPUTING))

    return _compat.chooses(expression, lambda word: occurs(word.lower()))


@cache
def _support(unit: Unit) -> str:
    return "\n".join(map(_text, unit.support_files))


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace").lower()
