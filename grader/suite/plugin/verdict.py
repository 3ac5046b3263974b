"""The verdict on one test, in words for the author of the submission."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hypothesis.errors import Flaky, FlakyFailure

from grader.encodable import readable
from grader.endings import Broken, Ended, StudentError, TimeLimit
from grader.records.outcomes import Outcome, outcome_of
from grader.records.words import LABELS
from grader.suite.source import Call, preamble

_BLOB = re.compile(r"@reproduce_failure\('([^']+)', (b'[^']*'|b\"[^\"]*\")\)")
_MOST_CALLS = 3


@dataclass(frozen=True)
class Verdict:
    """The outcome of one test.

    message:        the expected and the actual result, in a few lines
    counterexample: Python to paste: the calls of the smallest example that fails
    where:          the line of the submission that raised, if one did
    replay:         (hypothesis version, blob) that makes hypothesis draw the same example again
    certain:        False when the machine may be to blame, so that the test deserves another try
    judged:         False when the test's own code failed, so that only the reference can show whose fault it is
    """

    outcome: Outcome
    message: str = ""
    counterexample: str = ""
    where: str = ""
    replay: tuple[str, str] | None = None
    judged: bool = True
    certain: bool = True

    @property
    def about_the_work(self) -> bool:
        """True where the work was tried, so that it helps to know the words it was judged by."""
        return self.outcome is Outcome.FAIL or bool(self.counterexample)


def verdict_on(error: BaseException | None, calls: list[Call]) -> Verdict:
    """Return the verdict for an exception out of a test (or None), whose last calls are `calls`."""
    if error is None:
        return Verdict(Outcome.PASS)
    replay = _replay_of(error)
    if isinstance(error, (Flaky, FlakyFailure)):
        text = "Different results for the same input: does it keep something from one call to the next?"
        return Verdict(Outcome.FAIL, text, _counterexample(calls), "", replay)
    outcome = outcome_of(error)
    where = error.where if isinstance(error, (StudentError, Ended)) else ""
    if outcome is None:
        text = f"What came back could not be used: {type(error).__name__}: {_short(error)}"
        return Verdict(Outcome.ERROR, text, _counterexample(calls), "", replay, judged=False)
    about_one_example = outcome is not Outcome.NOT_IMPLEMENTED and not isinstance(error, Broken)
    counterexample = _counterexample(calls) if about_one_example else ""
    certain = not isinstance(error, TimeLimit) or error.certain
    return Verdict(outcome, _message(error, outcome), counterexample, where, replay, certain=certain)


def _message(error: BaseException, outcome: Outcome) -> str:
    text = _short(error)
    if isinstance(error, Broken):
        return f"The module could not be imported: {text}"
    if isinstance(error, StudentError):
        return f"It raised {text}"
    return {
        Outcome.TIMEOUT: f"It took {text}",
        Outcome.OUT_OF_MEMORY: f"It ran out of memory. {text}",
        Outcome.CRASHED: f"It ended the process: {text}",
        Outcome.NOT_IMPLEMENTED: f"{LABELS[outcome].words.capitalize()}.",
    }.get(outcome, text)


def _short(error: BaseException) -> str:
    text = readable(str(error)).strip()  # a test may quote what the submission returned
    return text if len(text) < 1500 else text[:1500] + " …"


def _counterexample(calls: list[Call]) -> str:
    lines = []
    for call in calls[-_MOST_CALLS:]:
        result = f"  # → {call.result}" if call.result and len(call.result) < 160 else ""
        lines.append(call.code + result)
    code = readable("\n".join(lines))
    head = preamble(code)
    return f"{head}\n{code}" if head else code


def _replay_of(error: BaseException) -> tuple[str, str] | None:
    for note in getattr(error, "__notes__", ()):
        if found := _BLOB.search(note):
            return found.group(1), found.group(2)
    return None
