"""The fixtures that tests of units take."""

from __future__ import annotations

from typing import Any

import pytest

from grader.course import Unit
from grader.suite.plugin.stash import ANSWERS, COURSE, CURVES, GRADING
from grader.suite.student import Student


@pytest.fixture(scope="module")
def student(request: pytest.FixtureRequest) -> Student:
    """The submission being graded, for the unit that the test belongs to."""
    config = request.config
    return config.stash[GRADING].student(_unit_of(request))


@pytest.fixture(scope="module")
def submitter(request: pytest.FixtureRequest) -> str:
    """Whose work is being graded, as the record names them; "" at home, where nobody says."""
    return request.config.stash[GRADING].submitter


@pytest.fixture
def curves(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What the test wants to be drawn beside its result: a curve's name → its points [x, y]."""
    kept: dict[str, Any] = {}
    request.node.stash[CURVES] = kept
    return kept


@pytest.fixture
def answers(request: pytest.FixtureRequest) -> dict[str, str]:
    """Texts that a person is to read and grade, by the function that returns them: they go into the record."""
    kept: dict[str, str] = {}
    request.node.stash[ANSWERS] = kept
    return kept


@pytest.fixture(scope="module")
def reference(request: pytest.FixtureRequest) -> Student:
    """The answer key of the unit. Only hidden tests may use it: students don't have it."""
    unit = _unit_of(request)
    if not unit.reference.exists():
        pytest.skip("the answer key is not here")
    return request.config.stash[GRADING].reference(unit)


def _unit_of(request: pytest.FixtureRequest) -> Unit:
    units = request.config.stash[COURSE].units
    name = request.path.parent.name
    if name not in units:
        raise pytest.UsageError(f"{request.path} lies in no unit")
    return units[name]
