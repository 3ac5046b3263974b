"""The outcomes of a test."""

from __future__ import annotations

import enum

from grader import endings


class Outcome(enum.StrEnum):
    """The outcomes of a test. Only `pass` earns points; `not_run` is a fault of the kit: no score is recorded."""

    PASS = "pass"
    FAIL = "fail"
    ERROR = "error"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    CRASHED = "crashed"
    FORBIDDEN = "forbidden"
    NOT_IMPLEMENTED = "not_implemented"
    SKIPPED = "skipped"
    NOT_RUN = "not_run"


_OF_ENDING: dict[type[BaseException], Outcome] = {
    endings.NotImplementedYet: Outcome.NOT_IMPLEMENTED,
    endings.ForbiddenCall: Outcome.FORBIDDEN,
    endings.TimeLimit: Outcome.TIMEOUT,
    endings.MemoryLimit: Outcome.OUT_OF_MEMORY,
    endings.Crashed: Outcome.CRASHED,
    endings.Broken: Outcome.ERROR,
    endings.StudentError: Outcome.ERROR,
    endings.BoxFault: Outcome.NOT_RUN,
    AssertionError: Outcome.FAIL,
}


def outcome_of(error: BaseException) -> Outcome | None:
    """Return the outcome that an exception out of a test stands for.

    None for any other exception: the test's own code stumbled, over a value that the submission returned or over a
    fault of its own. Running the test on the answer key decides which (see judge).
    """
    return next((o for cls, o in _OF_ENDING.items() if isinstance(error, cls)), None)
