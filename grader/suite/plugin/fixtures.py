"""The fixtures that tests of units take."""

from __future__ import annotations

from typing import Any

import pytest

from grader.course import Unit
from grader.suite.plugin.stash import ANSWERS, ASKED_SUBMITTER, COURSE, CURVES, GRADING
from grader.suite.student import Student


@pytest.fixture(scope="module")
def student(request: pytest.FixtureRequest) -> Student:
    """The submission that is graded, for the unit that the test belongs to."""
    return request.config.stash[GRADING].submissions.student(_unit_of(request))


@pytest.fixture(scope="module")
def submitter(request: pytest.FixtureRequest) -> str:
    """The name of the student whose work is graded, as in the record; "" at home, where it is unknown.

    Whoever asks, in whatever way, makes the results those of this student alone: the same files, handed in by another,
    are graded by themselves. Nothing but this fixture may tell a test whose work it is.
    """
    request.config.stash[ASKED_SUBMITTER] = True
    return request.config.stash[GRADING].conditions.submitter


@pytest.fixture
def curves(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Curves to draw beside the test's result: a curve's name → its points [x, y]."""
    kept: dict[str, Any] = {}
    request.node.stash[CURVES] = kept
    return kept


@pytest.fixture
def answers(request: pytest.FixtureRequest) -> dict[str, str]:
    """Texts for a person to read and grade, by the function that returns them: they go into the record."""
    kept: dict[str, str] = {}
    request.node.stash[ANSWERS] = kept
    return kept


@pytest.fixture(scope="module")
def reference(request: pytest.FixtureRequest) -> Student:
    """The answer key of the unit. Only hidden tests may use it: students don't have it."""
    unit = _unit_of(request)
    if not unit.reference.exists():
        pytest.skip("the answer key is not here")
    return request.config.stash[GRADING].submissions.reference(unit)


def _unit_of(request: pytest.FixtureRequest) -> Unit:
    units = request.config.stash[COURSE].units
    name = request.path.parent.name
    if name not in units:
        raise pytest.UsageError(f"{request.path} does not lie in a unit")
    return units[name]
