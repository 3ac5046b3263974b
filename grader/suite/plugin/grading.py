"""The grading in progress: the submissions that the tests run on, the conditions, and the tests that timed out."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import pytest

from grader.suite.plugin import seeding
from grader.suite.plugin.beside import Beside
from grader.suite.plugin.stash import GRADING, UNIT
from grader.suite.plugin.submissions import Submissions
from grader.suite.plugin.time_limits import TimeLimits


@dataclass(frozen=True)
class RunConditions:
    """The circumstances under which submissions are graded.

    seed:       the base of every test's seed
    repeatable: True when hypothesis draws by the seed, too, and not at random
    submitter:  whose work it is, by the name in the record; "" at home, where it is unknown
    device:     where the submission's tensors live, one of box.devices.NAMES
    replays:    the label of a test → (hypothesis version, blob) of the example to repeat
    """

    seed: bytes
    repeatable: bool = False
    submitter: str = ""
    device: str = "cpu"
    replays: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def label_of(item: pytest.Item) -> str:
    """Return the name of a test within a course: "01_softmax/test_gradient"."""
    return f"{item.stash[UNIT].name}/{item.name}"


class Caller(Protocol):
    """Calls tests in pytest's place: grader.suite.tape.Recording or Playing."""

    def call(self, item: pytest.Function, label: str, grading: Grading) -> bool:
        """Call the test. Return False to leave it to pytest."""


@dataclass
class Grading:
    """One run of the tests on somebody's submissions.

    caller: calls the tests in pytest's place
    """

    submissions: Submissions
    conditions: RunConditions
    caller: Caller | None = None
    time_limits: TimeLimits = field(default_factory=TimeLimits)
    beside: Beside = field(default_factory=Beside)

    def begin(self, label: str, test: Any, share: float = 1.0) -> None:
        """Seed everything that the test draws on, and start its clock.

        share: the part of its time limit that the test may take
        """
        self._seed(label, test)
        self.submissions.begin_test(share)

    def begin_again(self, label: str, test: Any) -> None:
        """Start the test from its first example, on the same clock. The submission gives the same answers again."""
        self._seed(label, test)
        self.submissions.rewind()

    def _seed(self, label: str, test: Any) -> None:
        conditions = self.conditions
        seeding.begin(
            test,
            label,
            conditions.seed,
            self.submissions.begin_example,
            repeatable=conditions.repeatable,
            replay=conditions.replays.get(label),
        )


@contextlib.contextmanager
def graded(config: pytest.Config, grading: Grading) -> Iterator[None]:
    """Within the body, tests run on the submissions of this grading."""
    before = config.stash[GRADING]
    config.stash[GRADING] = grading
    try:
        yield
    finally:
        config.stash[GRADING] = before
