"""Keys under which the plugin keeps things on pytest's items and configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.course import Course, Unit
from grader.suite.plugin.verdict import Verdict
from grader.suite.points import TestInfo

if TYPE_CHECKING:
    from grader.suite.plugin.grading import Grading  # noqa: F401 - the key's type

INFO = pytest.StashKey[TestInfo]()
UNIT = pytest.StashKey[Unit]()
VERDICT = pytest.StashKey[Verdict]()
SECONDS = pytest.StashKey[float]()
CURVES = pytest.StashKey[dict[str, Any]]()
ANSWERS = pytest.StashKey[dict[str, str]]()
ASKED_SUBMITTER = pytest.StashKey[bool]()
GRADING = pytest.StashKey["Grading"]()
COURSE = pytest.StashKey[Course]()
