"""One student's feedback: what to do in which order, and each failing test as a short story."""

from __future__ import annotations

from dataclasses import dataclass

from grader.records.graded_class import Points, Record, Test
from grader.records.words import outcome_in_words


@dataclass(frozen=True)
class Story:
    """Tests that failed for one and the same reason: most often one, many where a function was never reached."""

    tests: list[Test]

    @property
    def first(self) -> Test:
        return self.tests[0]

    @property
    def words(self) -> str:
        return outcome_in_words(self.first.outcome)


@dataclass(frozen=True)
class Task:
    """One function of the unit: its tests, and the stories of those that failed."""

    function: str
    bonus: bool
    points: Points
    tests: list[Test]
    stories: list[Story]

    @property
    def failing(self) -> int:
        return sum(len(s.tests) for s in self.stories)

    @property
    def judged(self) -> int:
        return sum(t.judged for t in self.tests)

    @property
    def state(self) -> str:
        """One of "unwritten", "open", "right" and "unjudged"."""
        if self.stories:
            unwritten = all(s.first.outcome == "not_implemented" for s in self.stories)
            return "unwritten" if unwritten and self.failing == self.judged else "open"
        return "right" if self.judged else "unjudged"


@dataclass(frozen=True)
class Feedback:
    """A record, as its student reads it.

    first:   the task to begin with, None when nothing is left to do
    common:  the story that all tests share (a module that cannot be imported), else None
    passing: the tests that passed; skipped: those that were not for this submission
    deeper:  public test's name → titles of the hidden tests that its points still wait for
    """

    record: Record
    tasks: list[Task]
    first: Task | None
    common: Story | None
    passing: list[Test]
    skipped: list[Test]
    not_run: list[Test]
    deeper: dict[str, list[str]]

    @property
    def replayable(self) -> Test | None:
        """The first failing test that can be run again on its very example."""
        return next((s.first for t in self.tasks for s in t.stories if s.first.replayable), None)


def feedback_on(record: Record) -> Feedback:
    tasks = [task for f in record.functions if (task := _task(record, f)).tests]
    todo = [t for t in tasks if t.stories]
    first = next((t for t in todo if not t.bonus), todo[0] if todo else None)
    return Feedback(
        record=record,
        tasks=tasks,
        first=first,
        common=_common(record.tests),
        passing=[t for t in record.tests if t.passed],
        skipped=[t for t in record.tests if t.outcome == "skipped"],
        not_run=[t for t in record.tests if t.outcome == "not_run"],
        deeper=_deeper(record.tests),
    )


def _task(record: Record, function: str) -> Task:
    tests = [t for t in record.tests if t.of == function]
    counted = [t for t in tests if t.outcome != "skipped"]
    points = Points(sum(t.earned for t in counted), sum(t.points for t in counted))
    bonus = bool(tests) and all(t.band == "stretch" for t in tests)
    return Task(function, bonus, points, tests, _stories([t for t in tests if t.judged and not t.passed]))


def _stories(failed: list[Test]) -> list[Story]:
    """One story a test, but for those that ended the same way before they could come to an example."""
    stories: dict[tuple[str, ...], Story] = {}
    for test in failed:
        own = (test.id,) if test.counterexample or test.outcome == "fail" else ()
        stories.setdefault((test.outcome, test.message, test.where, *own), Story([])).tests.append(test)
    return list(stories.values())


def _common(tests: tuple[Test, ...]) -> Story | None:
    judged = [t for t in tests if t.judged]
    stories = _stories([t for t in judged if not t.passed])
    whole = len(stories) == 1 and len(judged) > 1 and len(stories[0].tests) == len(judged)
    return stories[0] if whole and stories[0].first.outcome != "not_implemented" else None


def _deeper(tests: tuple[Test, ...]) -> dict[str, list[str]]:
    waiting: dict[str, list[str]] = {}
    for test in tests:
        if test.hidden and test.deepens and test.judged and not test.passed:
            waiting.setdefault(test.deepens, []).append(test.title)
    return waiting
