"""The examples of a unit's tests, kept in a worker from run to run: most of a test's time goes into drawing them.

A test that passes is recorded, and the next run plays its examples without hypothesis; the first that fails hands the
test over to hypothesis. So a verdict comes at once, on some examples that the student's code has seen before. Others
are drawn when all verdicts are there.
"""

from __future__ import annotations

import os

import pytest

from grader.box.direct import answer_key_of
from grader.box.protocol import Box
from grader.course import Unit
from grader.suite.plugin.beside import Beside
from grader.suite.plugin.grading import Grading, RunConditions, label_of
from grader.suite.plugin.submissions import Submissions
from grader.suite.plugin.time_limits import TimeLimits
from grader.suite.tape.key_answers import TapedReference
from grader.suite.tape.playing import Playing
from grader.suite.tape.recording import Recording
from grader.suite.tape.taped import Tape

_AT_ONCE = 8  # of the twenty or so of a test: those that are written in the test come first


class KeptExamples:
    """The tape of a unit. Each test has a seed of its own, under which it has passed, or fails."""

    def __init__(self, unit: Unit) -> None:
        self._tape = Tape(b"")
        self._reference = TapedReference(answer_key_of(unit))  # where there is one
        self._seeds: dict[str, bytes] = {}

    def submissions(self, box: Box) -> Submissions:
        return Submissions(lambda unit: box, open_reference=lambda unit: self._reference)

    def has(self, item: pytest.Item) -> bool:
        """Return True if the test's examples are kept."""
        return label_of(item) in self._tape.tests

    def forget(self, item: pytest.Item) -> None:
        """Have the test draw others."""
        self._tape.tests.pop(label_of(item), None)
        self._seeds.pop(label_of(item), None)

    def grading(
        self, item: pytest.Item, submissions: Submissions, limits: TimeLimits, beside: Beside
    ) -> Grading:
        """Return a grading that plays the test's examples; without any, it draws them and keeps them if they pass."""
        seed = self._seeds.setdefault(label_of(item), os.urandom(8))
        caller: Playing | Recording = (
            Playing(self._tape, self._reference, once=False, most=_AT_ONCE)
            if self.has(item)
            else Recording(self._tape, self._reference)
        )
        return Grading(submissions, RunConditions(seed, repeatable=True), caller, limits, beside)
