"""What the warm judge answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from grader.records.outcomes import Outcome
from grader.records.record import TestResult, parse_tests


@dataclass(frozen=True)
class Answer:
    """The answer to one job: its tests, or a fault of the machine or the kit.

    seconds: wall time; cpu: CPU seconds of judge and box together
    asked_submitter: True if a test asked whose work it is
    fallback: with a fault that the submission may have brought about, the results to settle for if it comes again
    """

    job: str = ""
    tests: tuple[TestResult, ...] = ()
    seconds: float = 0.0
    cpu: float = 0.0
    fault: str = ""
    asked_submitter: bool = False
    fallback: tuple[TestResult, ...] = ()

    @property
    def why_not_run(self) -> str:
        """Why machine or kit could not grade the job, so that it deserves another try; "" if they could."""
        reasons = [t.message or "a test could not be run" for t in self.tests if t.outcome is Outcome.NOT_RUN]
        return self.fault or next(iter(reasons), "")

    @property
    def final(self) -> Answer:
        """The answer after the last try: the fallback takes the place of a fault, if it has one."""
        if not self.fallback:
            return self
        return replace(self, tests=self.fallback, fault="", fallback=())

    @property
    def is_for_anyone(self) -> bool:
        """True for results that hold for whoever hands in these files."""
        return not self.why_not_run and not self.asked_submitter


def parse_answer(raw: Mapping[str, Any]) -> Answer:
    """Return the answer that a line of the judge holds. Raise ValueError for tests that are not as they should be."""
    return Answer(
        str(raw.get("job", "")),
        parse_tests(raw.get("tests", [])),
        float(raw.get("seconds", 0.0)),
        float(raw.get("cpu", 0.0)),
        (raw["fault"] or "a fault without a word") if "fault" in raw else "",
        bool(raw.get("asked_submitter", False)),
        parse_tests(raw.get("fallback", [])),
    )
