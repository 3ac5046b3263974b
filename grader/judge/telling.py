"""A judge's fork tells the judge: that the walls are up, each result as it comes, and in the end its answer.

A fork may die, or give up, over what the submission returned. Before code of the submission has run, that is a fault of
the machine or the kit. Afterwards the submission can have brought it about, so that the judge sends along what its
grade would be then: the results so far, and nothing for the tests that did not come to one.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Sequence
from typing import Any, BinaryIO

import msgspec
import pytest

from grader.judge.submission import result_of
from grader.records.outcomes import Outcome
from grader.records.record import TestResult, as_plain
from grader.suite.plugin.verdict import Verdict

_TOO_LONG = Verdict(Outcome.TIMEOUT, "It took the time that judging what it returns may take.")
_TOO_LARGE = Verdict(Outcome.OUT_OF_MEMORY, "What it returned took more memory than judging it may take.")
_BROKEN_OFF = Verdict(Outcome.CRASHED, "Judging what it returned broke off, twice.")


class Teller:
    """The fork's end of the pipe: lines of JSON."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._walled = False

    def walls_are_up(self) -> None:
        """Tell that code of the submission is about to run."""
        if not self._walled:
            self._tell({"walls": "up"})
        self._walled = True

    def result(self, result: TestResult) -> None:
        """Tell the result of a test. It may be another one in the answer."""
        self._tell({"test": as_plain(result)})

    def answer(self, answer: dict[str, Any]) -> None:
        """Tell the answer: {"tests" or both "fault" and "fallback", "cpu", "asked_submitter"}, or {"fault": text}."""
        self._tell({"answer": answer})

    def _tell(self, line: dict[str, Any]) -> None:
        self._pipe.write(json.dumps(line).encode() + b"\n")
        self._pipe.flush()


def answer_of(told: bytes, exit_code: int, items: Sequence[pytest.Item], *, overdue: bool) -> dict[str, Any]:
    """Return the answer of a fork that has ended, with a "fallback", see above, if it has a fault.

    One that has used up its CPU time over what the submission returned is no fault: these results are its answer.

    told:      all that it told
    exit_code: minus the number of the signal that ended it, if one did
    items:     the tests that it was to run
    overdue:   True if the judge has ended it, because it took too long
    """
    lines = [_parsed(line) for line in told.splitlines()]
    answer = next((line["answer"] for line in lines if "answer" in line), None)
    if answer is None:
        how = f"killed by {signal.Signals(-exit_code).name}" if exit_code < 0 else f"exit status {exit_code}"
        answer = {"fault": f"the judge's process died ({how})"}
    if "fault" in answer and "fallback" not in answer and {"walls": "up"} in lines:
        too_long = exit_code == -signal.SIGXCPU
        lost = _TOO_LONG if overdue or too_long else _BROKEN_OFF
        lost = _TOO_LARGE if "MemoryError" in answer["fault"] else lost
        known = {line["test"]["id"]: line["test"] for line in lines if "test" in line}
        results = (as_plain(msgspec.structs.replace(result_of(item, lost), seconds=0.0)) for item in items)
        settled = [known.get(result["id"], result) for result in results]
        # CPU time doesn't depend on what else the machine does: the next try would take as long.
        answer = {"tests": settled} if too_long else answer | {"fallback": settled}
    return answer


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(line)
    except ValueError:  # cut off in the middle
        return {}
    return parsed if isinstance(parsed, dict) else {}
