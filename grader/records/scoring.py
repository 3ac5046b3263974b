"""The scoring rule: from outcomes to points, from points to scores, and how scores are rounded."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, Protocol, TypeVar

from grader.course.units import BANDS
from grader.records.outcomes import Outcome
from grader.spreadsheet import figures


@dataclass(frozen=True)
class Points:
    """Points earned, of those possible. A person may give parts of a point."""

    earned: int | Fraction = 0
    possible: int = 0

    def __add__(self, other: Points) -> Points:
        return Points(self.earned + other.earned, self.possible + other.possible)

    @property
    def percent(self) -> int:
        """From 0 to 100; 100 only when nothing is missing, 0 only when nothing is earned."""
        return percent(self.earned, self.possible)


class Judged(Protocol):
    """A test that has been run, as scoring needs it. A hidden test names the public one that it `deepens`."""

    @property
    def name(self) -> str: ...
    @property
    def points(self) -> int: ...
    @property
    def band(self) -> str: ...
    @property
    def outcome(self) -> Outcome: ...
    @property
    def deepens(self) -> str | None: ...


class Scored(Judged, Protocol):
    """A judged test with the points that it earned."""

    @property
    def earned(self) -> int: ...


class JudgedTest(NamedTuple):
    """A test that was judged outside a record, as scoring needs it."""

    name: str
    points: int
    band: str
    outcome: Outcome
    deepens: str | None = None


J = TypeVar("J", bound=Judged)


def withholding(test: Judged, tests: Iterable[J]) -> list[J]:
    """Return the hidden tests that deepen `test` and withhold its points. A skipped one withholds nothing."""
    met = (Outcome.PASS, Outcome.SKIPPED)
    return [t for t in tests if t.deepens == test.name and t.outcome not in met]


def earned_points(test: Judged, tests: Iterable[Judged]) -> int:
    """Return the test's points if it passed and no hidden test among `tests` withholds them, else 0."""
    return test.points if test.outcome is Outcome.PASS and not withholding(test, tests) else 0


def points_of(tests: Sequence[Judged], bands: Collection[str] = BANDS) -> Points:
    """Add up the points of the tests in these bands. A skipped test does not count."""
    counted = [t for t in tests if t.band in bands and t.outcome is not Outcome.SKIPPED]
    return Points(sum(earned_points(t, tests) for t in counted), sum(t.points for t in counted))


def recorded_points(tests: Iterable[Scored], bands: Collection[str] = BANDS) -> Points:
    """Add up the points that tests of a record earned in these bands. A skipped test does not count."""
    counted = [t for t in tests if t.band in bands and t.outcome is not Outcome.SKIPPED]
    return Points(sum(t.earned for t in counted), sum(t.points for t in counted))


def percent(part: int | Fraction, whole: int) -> int:
    """Return `part` in percent of `whole`, never rounded up to 100 nor down to 0."""
    if whole <= 0 or part <= 0:
        return 0
    return 100 if part >= whole else min(99, max(1, round(100 * part / whole)))


def rounded(score: Points, *, out_of: Fraction | int, decimals: int = 0) -> Fraction:
    """Return `score` as a share of `out_of`, rounded to so many decimals.

    A score is never rounded up to full marks or down to zero; one above full marks (a bonus) stays above. Raises
    ValueError where that is impossible: 1 of 2 points, in whole points out of 1.
    """
    step = Fraction(1, 10**decimals)
    exact = Fraction(score.earned) * Fraction(out_of) / score.possible if score.possible else Fraction(0)
    near = round(exact / step) * step
    if exact > out_of:
        return max(near, Fraction(out_of) + step)
    if exact in (0, out_of):
        return near
    low, high = step, Fraction(out_of) - step
    if high < low:
        shown = f"{figures(score.earned)} of {score.possible} points"
        raise ValueError(f"{shown} can't be distinguished from none and from all, out of {out_of}")
    return min(high, max(low, near))


def scale_points(earned: int, counted: int, possible: int) -> float:
    """Scale a function's points to a cell that is worth `possible`, so that untested parts cost nothing.

    counted: the points of the tests that could be run
    """
    if earned == counted > 0:
        return possible
    return earned if counted in (0, possible) else round(possible * earned / counted, 2)
