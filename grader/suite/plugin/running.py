"""Collect and run tests without pytest's command line: for a judge, or a notebook."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Sequence

import pytest

from grader.course import Course, Unit
from grader.records.outcomes import Outcome
from grader.suite.plugin import PLUGINS, _compat, profiles
from grader.suite.plugin.stash import VERDICT
from grader.suite.plugin.verdict import Verdict

_WITH = ("grader.options", *PLUGINS)
# They write files, change what the process does with a crash and with logs, or write to the terminal.
_WITHOUT = ("cacheprovider", "faulthandler", "logging")


def pytest_arguments(course: Course, units: Sequence[Unit], *, without: Sequence[str] = ()) -> list[str]:
    """Return pytest's arguments for the tests of some units. `without` names more of pytest's plugins to leave out.

    The course's own conftest.py and configuration are not read.
    """
    plugins = (*_WITH, *(f"no:{name}" for name in (*_WITHOUT, *without)))
    return [
        *("--rootdir", str(course.root), "-c", os.devnull, "--noconftest"),
        *("--import-mode=importlib", "--capture=no", "-q"),
        *(f"-p{name}" for name in plugins),
        *(str(unit.tests) for unit in units),
    ]


class Profile:
    """A plugin that loads a profile of hypothesis before any test is imported: tests build on it."""

    def __init__(self, name: str) -> None:
        self._name = name

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        profiles.load(self._name)


def run_tests(
    items: Sequence[pytest.Item],
    before: Callable[[pytest.Item], None] = lambda item: None,
    *,
    after: Callable[[pytest.Item, Verdict], None] = lambda item, verdict: None,
    stop_on: Callable[[pytest.Item, Verdict], bool] = lambda item, verdict: False,
) -> dict[pytest.Item, Verdict]:
    """Run the items as pytest would, and return their verdicts. A test without one was skipped or not run.

    before:  called with each item before it is run
    after:   called with each item and its verdict
    stop_on: called after each item; True ends the run
    """
    verdicts = {}
    for item, following in itertools.zip_longest(items, items[1:]):
        item.stash.setdefault(VERDICT, Verdict(Outcome.NOT_RUN))
        del item.stash[VERDICT]
        before(item)
        reports = _compat.run_protocol(item, following)
        verdicts[item] = item.stash.get(VERDICT, None) or _without_verdict(reports)
        after(item, verdicts[item])
        if stop_on(item, verdicts[item]):
            _compat.tear_down_fixtures(item.session)  # they hold the submission; another run has its own
            break
    return verdicts


def _without_verdict(reports: Sequence[pytest.TestReport]) -> Verdict:
    """Return the verdict on a test that came to none, from its reports."""
    for report in reports:
        if report.skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            return Verdict(Outcome.SKIPPED, reason)
        if report.failed:
            return Verdict(
                Outcome.NOT_RUN, f"{report.when} of the test failed: {str(report.longrepr)[-500:]}"
            )
    return Verdict(Outcome.NOT_RUN, "the test gave no verdict")
