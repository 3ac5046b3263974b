"""One student's feedback: what to do in which order, and each failure explained in a few lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.records.graded_class import ReportedRecord
from grader.records.outcomes import Outcome
from grader.records.record import TestResult
from grader.records.scoring import Points, recorded_points, withholding
from grader.records.words import in_words


@dataclass(frozen=True)
class Failure:
    """Tests that failed for the same reason: most often one, many where a function was never reached."""

    tests: list[TestResult]

    @property
    def first(self) -> TestResult:
        return self.tests[0]

    @property
    def words(self) -> str:
        return in_words(self.first.outcome)


@dataclass(frozen=True)
class FunctionFeedback:
    """One function of the unit: its tests, and what failed."""

    name: str
    bonus: bool
    points: Points
    tests: list[TestResult]
    failures: list[Failure]

    @property
    def failing(self) -> int:
        return sum(len(f.tests) for f in self.failures)

    @property
    def judged(self) -> int:
        return sum(t.judged for t in self.tests)

    @property
    def state(self) -> str:
        """One of "unwritten", "open", "right" and "unjudged"."""
        if self.failures:
            unwritten = all(f.first.outcome is Outcome.NOT_IMPLEMENTED for f in self.failures)
            return "unwritten" if unwritten and self.failing == self.judged else "open"
        return "right" if self.judged else "unjudged"


@dataclass(frozen=True)
class Feedback:
    """A record, as its student reads it.

    first:   the function to begin with, None when nothing is left to do
    common:  the failure that all tests share (a module that can't be imported), else None
    passing: the tests that passed; skipped: those that were not for this submission
    deeper:  public test's name → titles of the hidden tests that its points still wait for
    """

    record: ReportedRecord
    functions: list[FunctionFeedback]
    first: FunctionFeedback | None
    common: Failure | None
    passing: list[TestResult]
    skipped: list[TestResult]
    not_run: list[TestResult]
    deeper: dict[str, list[str]]

    @property
    def replayable(self) -> TestResult | None:
        """The first failing test that can be run again on its very example."""
        failures = (failure for function in self.functions for failure in function.failures)
        return next((f.first for f in failures if f.first.replayable), None)


def feedback_on(record: ReportedRecord) -> Feedback:
    """Return what the student reads about the record."""
    functions = [feedback for name in record.functions if (feedback := _on_function(record, name)).tests]
    todo = [f for f in functions if f.failures]
    first = next((f for f in todo if not f.bonus), todo[0] if todo else None)
    return Feedback(
        record=record,
        functions=functions,
        first=first,
        common=_common(record.tests),
        passing=[t for t in record.tests if t.passed],
        skipped=[t for t in record.tests if t.outcome is Outcome.SKIPPED],
        not_run=[t for t in record.tests if t.outcome is Outcome.NOT_RUN],
        deeper=_deeper(record.tests),
    )


def _on_function(record: ReportedRecord, name: str) -> FunctionFeedback:
    tests = [t for t in record.tests if t.function == name]
    bonus = bool(tests) and all(t.band == "stretch" for t in tests)
    failures = _failures([t for t in tests if t.failed])
    return FunctionFeedback(name, bonus, recorded_points(tests), tests, failures)


def _failures(failed: Sequence[TestResult]) -> list[Failure]:
    """Return one failure a test, but one for all that ended the same way before they came to an example."""
    failures: dict[tuple[str, ...], Failure] = {}
    for test in failed:
        own = (test.id,) if test.counterexample or test.outcome is Outcome.FAIL else ()
        failures.setdefault((test.outcome, test.message, test.where, *own), Failure([])).tests.append(test)
    return list(failures.values())


def _common(tests: Sequence[TestResult]) -> Failure | None:
    judged = [t for t in tests if t.judged]
    failures = _failures([t for t in judged if t.failed])
    whole = len(failures) == 1 and len(judged) > 1 and len(failures[0].tests) == len(judged)
    return failures[0] if whole and failures[0].first.outcome is not Outcome.NOT_IMPLEMENTED else None


def _deeper(tests: Sequence[TestResult]) -> dict[str, list[str]]:
    titles = {t.name: [hidden.title for hidden in withholding(t, tests)] for t in tests if not t.hidden}
    return {name: found for name, found in titles.items() if found}
