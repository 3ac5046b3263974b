"""The tests of a course, collected once in this process and kept: for whoever runs a few of them, again and again.

A notebook does so, after each change; and who writes notebooks asks what the tests of a function are worth.
"""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

import hypothesis
import pytest
import torch
from _pytest.config import _prepareconfig
from _pytest.runner import runtestprotocol

from grader.course import Course, CourseError, Unit
from grader.suite.outcomes import Outcome
from grader.suite.plugin import CURVES, SECONDS, UNIT, VERDICT, WORTH, Grading, graded
from grader.suite.verdict import Verdict

_PLUGINS = ("grader.options", "grader.suite.plugin")
# They write files, change what the process does with warnings and errors, or write to the terminal.
_WITHOUT = ("cacheprovider", "faulthandler", "logging", "warnings", "threadexception", "unraisableexception")


@dataclass(frozen=True)
class Ran:
    """A test that was run."""

    item: pytest.Item
    verdict: Verdict

    @property
    def name(self) -> str:
        return str(getattr(self.item, "originalname", None) or self.item.name)

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
        options = [
            "--rootdir",
            str(course.root),
            "-c",
            os.devnull,
            "--import-mode=importlib",
            "--noconftest",
            "-q",
        ]
        plugins = [f"-p{name}" for name in (*_PLUGINS, *(f"no:{name}" for name in _WITHOUT))]
        folders = [str(unit.tests) for unit in units]
        threads = torch.get_num_threads()
        printed = StringIO()
        try:
            quiet, alone = (
                contextlib.redirect_stdout(printed),
                _environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"),
            )
            silent = contextlib.redirect_stderr(printed)
            with (
                quiet,
                silent,
                alone,
                contextlib.chdir(course.root),
            ):  # pytest takes the course that it is started in
                arguments = [*options, "--capture=no", f"--hypothesis-profile={profile}", *plugins, *folders]
                self._config = _prepareconfig(arguments, plugins=[_Profile(profile)])
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
        ran = []
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            with graded(self._config, grading):
                for item, following in itertools.zip_longest(items, items[1:]):
                    item.stash.setdefault(VERDICT, Verdict(Outcome.NOT_RUN))
                    del item.stash[VERDICT]
                    reports = runtestprotocol(item, log=False, nextitem=following)
                    ran.append(Ran(item, item.stash.get(VERDICT, None) or without_verdict(reports)))
        finally:
            torch.set_num_threads(threads)
        return ran


def without_verdict(reports: Sequence[pytest.TestReport]) -> Verdict:
    """What the reports of a test say that never came to a verdict."""
    for report in reports:
        if report.skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            return Verdict(Outcome.SKIPPED, reason)
        if report.failed:
            return Verdict(
                Outcome.NOT_RUN, f"{report.when} of the test failed: {str(report.longrepr)[-500:]}"
            )
    return Verdict(Outcome.NOT_RUN, "the test gave no verdict")


class _Profile:
    """Loads the profile of hypothesis, whose own plugin is not there, before any test is imported."""

    def __init__(self, name: str) -> None:
        self._name = name

    def pytest_addoption(self, parser: Any) -> None:
        parser.addoption("--hypothesis-profile", default=None)

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        hypothesis.settings.load_profile(self._name)


@contextlib.contextmanager
def _environment(**variables: str) -> Iterator[None]:
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
