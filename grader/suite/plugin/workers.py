"""Tests in several processes: pytest-xdist runs them in workers, and its controller reports on all of them.

Only plain data crosses: one side takes the TestInfo, Verdict and Unit of a report apart, the other builds them anew.
"""

from __future__ import annotations

import warnings
from collections.abc import Generator
from dataclasses import asdict, replace
from typing import Any

import pytest

from grader.encodable import all_encodable, encodable
from grader.records.outcomes import Outcome
from grader.suite.plugin.stash import COURSE, GRADING
from grader.suite.plugin.verdict import Verdict
from grader.suite.points import TestInfo

_SEED = "grader_seed"


@pytest.hookimpl(trylast=True)  # after the plugin has made its Grading
def pytest_configure(config: pytest.Config) -> None:
    if order := getattr(config, "workerinput", None):
        grading = config.stash[GRADING]
        grading.conditions = replace(grading.conditions, seed=order[_SEED].encode())
        config.pluginmanager.register(_PlainWarnings())


class _PlainWarnings:
    """Make warnings fit to cross: the controller can't import a warning class that a submission defines."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage) -> None:
        kind = warning_message.category
        text = encodable(str(warning_message.message))
        if kind.__module__ != "builtins":
            kind, text = UserWarning, f"{kind.__name__}: {text}"
        warning_message.category, warning_message.message = kind, kind(text)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give a worker the seed that the controller keeps for `grader replay`."""
    node.workerinput[_SEED] = node.config.stash[GRADING].conditions.seed.decode()


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable(report: Any) -> Generator[None, Any, Any]:
    data = yield
    if getattr(report, "verdict", None):
        data["info"] = asdict(report.info)
        data["verdict"] = asdict(report.verdict) | {"outcome": str(report.verdict.outcome)}
        data["unit"] = report.unit.name
    return all_encodable(data)


@pytest.hookimpl(wrapper=True)
def pytest_report_from_serializable(config: pytest.Config, data: dict[str, Any]) -> Generator[None, Any, Any]:
    report = yield
    if plain := getattr(report, "verdict", None):
        replay = tuple(plain["replay"]) if plain["replay"] else None
        report.info = TestInfo(**report.info)
        report.verdict = Verdict(**plain | {"outcome": Outcome(plain["outcome"]), "replay": replay})
        report.unit = config.stash[COURSE].units[report.unit]
    return report
