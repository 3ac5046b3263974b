"""The state of a unit: its tests, their last verdicts, and what they add up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from grader.course import Course, Unit
from grader.home.watch.messages import Test, Tested
from grader.records.outcomes import Outcome
from grader.records.progress import line_of_points
from grader.records.scoring import JudgedTest, points_of

NOT_FAILED = (Outcome.PASS, Outcome.NOT_IMPLEMENTED, Outcome.SKIPPED)


@dataclass
class Board:
    """A unit's tests and their last verdicts. A verdict stays until the test has run again.

    saved:    time of the save that is being run, or was run last, by time.monotonic
    file:     the module or notebook that was run last; None before
    note:     on the choice between the two
    problem:  why nothing could be run, in a sentence; "" otherwise
    broken:   the verdict on a module that could not be imported
    fresh:    the tests whose verdicts are of the run that is going on, or of the last one
    """

    unit: Unit
    tests: tuple[Test, ...] = ()
    saved: float = 0.0
    file: Path | None = None
    note: str = ""
    problem: str = ""
    broken: Tested | None = None
    verdicts: dict[str, Tested] = field(default_factory=dict)
    fresh: set[str] = field(default_factory=set)

    def begin(self) -> list[str]:
        """Begin a run: return the names of all tests, those that failed last time first."""
        self.fresh = set()
        failed = {verdict.test for verdict in self._failed()}
        return sorted((test.name for test in self.tests), key=lambda name: name not in failed)

    def note_verdict(self, tested: Tested) -> None:
        if not tested.test:
            self.broken = tested
            return
        self.verdicts[tested.test] = tested
        self.fresh.add(tested.test)

    def described(self, name: str) -> Test | None:
        return next((test for test in self.tests if test.name == name), None)

    def failures(self) -> list[Tested]:
        """Return the verdicts to explain. One that is about no example, such as a forbidden call, is there once."""
        if self.broken:
            return [self.broken]
        explained: list[Tested] = []
        for verdict in self._failed():
            general = verdict.outcome is not Outcome.FAIL
            if not (general and any(verdict.message == e.message for e in explained)):
                explained.append(verdict)
        return explained

    def counts(self, *, running: bool = False) -> str:
        """Return the line that counts the tests by how they ended, while a run goes on those that have ended in it."""
        known = [t.name for t in self.tests if t.name in (self.fresh if running else self.verdicts)]
        outcomes = [self.verdicts[name].outcome for name in known]
        failed = sum(o not in NOT_FAILED for o in outcomes)
        folded = 0 if running else failed - len(self.failures())
        said = {
            "passed": outcomes.count(Outcome.PASS),
            f"failed ({folded} of them as another that is shown)" if folded else "failed": failed,
            "not written yet": outcomes.count(Outcome.NOT_IMPLEMENTED),
            "skipped": outcomes.count(Outcome.SKIPPED),
            "to go": len(self.tests) - len(known) if running else 0,
        }
        return ", ".join(f"{n} {words}" for words, n in said.items() if n) or "no test was run"

    def points(self) -> str:
        """Return the line of points, as pytest shows it."""
        judged = [
            JudgedTest(_base(t.name), t.points, t.band, self.verdicts[t.name].outcome, t.deepens)
            for t in self.tests
            if t.name in self.verdicts
        ]
        deepened = {t.deepens for t in self.tests}
        form = sum(
            t.points for t in self.tests if self.passed(t) and t.form and _base(t.name) not in deepened
        )
        bonus = int(points_of(judged, ("stretch",)).earned)
        return line_of_points(self.unit.name, points_of(judged, ("core", "robust")), bonus=bonus, form=form)

    def passed(self, test: Test) -> bool:
        return test.name in self.verdicts and self.verdicts[test.name].outcome is Outcome.PASS

    def complete(self) -> bool:
        """Return True if every test has passed, but for the bonus."""
        return not self.broken and not self.problem and not self.unfinished() and bool(self.verdicts)

    def unfinished(self, bands: Iterable[str] = ("core", "robust")) -> list[str]:
        """Return the functions with a test in these bands that has not passed, in the order in which to write them."""
        open_ = {
            t.function
            for t in self.tests
            if t.band in bands
            and t.name in self.verdicts
            and self.verdicts[t.name].outcome not in (Outcome.PASS, Outcome.SKIPPED)
        }
        return [function for function in self.unit.functions if function in open_]

    def _failed(self) -> list[Tested]:
        last = (self.verdicts.get(test.name) for test in self.tests)
        return [verdict for verdict in last if verdict and verdict.outcome not in NOT_FAILED]


class Boards:
    """The boards of a course's units, each made when it is asked for."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self._boards: dict[str, Board] = {}

    def of(self, unit: str) -> Board:
        return self._boards.setdefault(unit, Board(self.course.units[unit]))

    def complete(self) -> set[str]:
        """Return the units that were run and have nothing left to do."""
        return {name for name, board in self._boards.items() if board.complete()}


def _base(name: str) -> str:
    return name.partition("[")[0]
