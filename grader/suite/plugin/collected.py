"""The tests of a course, collected once in this process and kept: for whoever runs a few of them, again and again.

A notebook does so, after each change; and who writes notebooks asks what the tests of a function are worth.
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
from _pytest.config import _prepareconfig

from grader.course import Course, CourseError, Unit
from grader.records.outcomes import Outcome
from grader.suite.plugin.grading import Grading, graded
from grader.suite.plugin.running import Profile, pytest_arguments, run_tests
from grader.suite.plugin.stash import CURVES, SECONDS, UNIT, WORTH
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
        return self.item.stash[WORTH].points

    @property
    def band(self) -> str:
        return self.item.stash[WORTH].band

    @property
    def deepens(self) -> str | None:
        return self.item.stash[WORTH].deepens

    @property
    def outcome(self) -> Outcome:
        return self.verdict.outcome

    @property
    def curves(self) -> dict[str, Any]:
        return self.item.stash.get(CURVES, {})

    @property
    def seconds(self) -> float:
        return self.item.stash.get(SECONDS, 0.0)


class Collected:
    """The tests of some units of a course. profile: that of hypothesis, which tests build on when they are imported.

    Raises CourseError when they can't be collected.
    """

    def __init__(self, course: Course, units: Sequence[Unit], *, profile: str = "local") -> None:
        threads = torch.get_num_threads()
        printed = StringIO()
        try:
            with (
                contextlib.redirect_stdout(printed),
                contextlib.redirect_stderr(printed),
                contextlib.chdir(course.root),  # pytest takes the course that it is started in
                _environment(_ALONE),
            ):
                arguments = pytest_arguments(course, units, without=_WITHOUT)
                self._config = _prepareconfig(arguments, plugins=[Profile(profile)])
                self._config._do_configure()
                session = pytest.Session.from_config(self._config)
                self._config.hook.pytest_sessionstart(session=session)
                items = session.perform_collect()
        except (pytest.UsageError, pytest.Collector.CollectError) as error:
            raise CourseError(f"the tests can't be collected: {error}") from None
        finally:
            torch.set_num_threads(threads)  # one is right for the tests, and not for what else goes on here
        if session.testsfailed:
            raise CourseError(f"the tests can't be collected:\n{printed.getvalue()[-1500:]}")
        self._items = [item for item in items if WORTH in item.stash]

    def of(self, unit: Unit, function: str) -> list[pytest.Item]:
        """The tests of one function of a unit."""
        return [i for i in self._items if i.stash[UNIT].name == unit.name and i.stash[WORTH].of == function]

    def points(self, unit: Unit, function: str) -> int:
        """What the function is worth: its core and robust points."""
        return sum(i.stash[WORTH].points for i in self.of(unit, function) if i.stash[WORTH].band != "stretch")

    def run(self, items: Sequence[pytest.Item], grading: Grading) -> list[Ran]:
        """Run tests on what the grading says."""
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            with graded(self._config, grading):
                return [Ran(item, verdict) for item, verdict in run_tests(items).items()]
        finally:
            torch.set_num_threads(threads)


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
