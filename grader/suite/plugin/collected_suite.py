"""The tests of a course, collected once in this process, to run a few of them again and again.

A notebook runs them after each change. The author of notebooks looks up the points of each function's tests.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
import torch

from grader.course import Course, CourseError, Unit
from grader.records.outcomes import Outcome
from grader.suite.plugin import _compat
from grader.suite.plugin.grading import Grading, graded
from grader.suite.plugin.running import Profile, pytest_arguments, run_tests
from grader.suite.plugin.stash import CURVES, INFO, SECONDS, UNIT
from grader.suite.plugin.verdict import Verdict

# They change what this process does with warnings and errors.
_WITHOUT = ("warnings", "threadexception", "unraisableexception")
_ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "", "PYTEST_PLUGINS": ""}


@dataclass(frozen=True)
class Ran:
    """A test that was run."""

    item: pytest.Item
    verdict: Verdict

    @property
    def name(self) -> str:
        return str(getattr(self.item, "originalname", None) or self.item.name)

    @property
    def points(self) -> int:
        return self.item.stash[INFO].points

    @property
    def band(self) -> str:
        return self.item.stash[INFO].band

    @property
    def deepens(self) -> str | None:
        return self.item.stash[INFO].deepens

    @property
    def outcome(self) -> Outcome:
        return self.verdict.outcome

    @property
    def curves(self) -> dict[str, Any]:
        return self.item.stash.get(CURVES, {})

    @property
    def seconds(self) -> float:
        return self.item.stash.get(SECONDS, 0.0)


class CollectedSuite:
    """The tests of some units of a course. Raises CourseError when they can't be collected.

    profile: of hypothesis, loaded before the tests are imported
    """

    def __init__(self, course: Course, units: Sequence[Unit], *, profile: str = "local") -> None:
        threads = torch.get_num_threads()
        printed = StringIO()
        failures = _Failures()
        try:
            with (
                contextlib.redirect_stdout(printed),
                contextlib.redirect_stderr(printed),
                contextlib.chdir(course.root),  # pytest takes the course that it is started in
                _environment(_ALONE),
            ):
                arguments = pytest_arguments(course, units, without=_WITHOUT)
                self._config = _compat.configured(arguments, [Profile(profile), failures])
                session = pytest.Session.from_config(self._config)
                self._config.hook.pytest_sessionstart(session=session)
                items = session.perform_collect()
        except (pytest.UsageError, pytest.Collector.CollectError) as error:
            raise CourseError(f"the tests can't be collected: {error}") from None
        finally:
            torch.set_num_threads(threads)  # one is right for the tests, not for the rest of this process
        if session.testsfailed:
            raise CourseError(f"the tests can't be collected:\n{failures.text[-1500:]}")
        self._items = [item for item in items if INFO in item.stash]

    def tests_of(self, unit: Unit, function: str) -> list[pytest.Item]:
        """Return the tests of one function of a unit."""
        return [
            i for i in self._items if i.stash[UNIT].name == unit.name and i.stash[INFO].function == function
        ]

    def points(self, unit: Unit, function: str) -> int:
        """Return the points of the function: core and robust."""
        return sum(
            i.stash[INFO].points for i in self.tests_of(unit, function) if i.stash[INFO].band != "stretch"
        )

    def run(self, items: Sequence[pytest.Item], grading: Grading) -> list[Ran]:
        """Run tests on the submissions of a grading."""
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            with graded(self._config, grading):
                return [Ran(item, verdict) for item, verdict in run_tests(items).items()]
        finally:
            torch.set_num_threads(threads)


class _Failures:
    """A plugin that keeps why files can't be collected, which pytest says only at the end of a run."""

    def __init__(self) -> None:
        self.text = ""

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.text += f"{report.longreprtext}\n"


@contextlib.contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
