"""One submission's records before and after a regrade, compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grader.records.record import Record, TestResult, as_plain


@dataclass(frozen=True)
class Flip:
    """A test that ends otherwise, or that only one of the two suites has (then the other outcome is "")."""

    test: str
    title: str
    before: str
    after: str
    earned_before: int
    earned_after: int


@dataclass(frozen=True)
class Change:
    """One submission under the old suite and under the new one."""

    old: Record
    new: Record

    @property
    def student(self) -> str:
        return self.new.student

    @property
    def unit(self) -> str:
        return self.new.unit

    @property
    def flips(self) -> list[Flip]:
        before = {t.id: t for t in self.old.tests}
        after = {t.id: t for t in self.new.tests}
        flips = (_flip(before.get(i), after.get(i)) for i in dict.fromkeys([*before, *after]))
        return [f for f in flips if (f.before, f.earned_before) != (f.after, f.earned_after)]

    @property
    def fell(self) -> bool:
        """True if anything is less than before: points, their share of the possible ones, or the bonus."""
        old, new = self.old.total, self.new.total
        smaller_share = new.earned * old.possible < old.earned * new.possible
        return new.earned < old.earned or smaller_share or self.new.bonus.earned < self.old.bonus.earned

    @property
    def moved(self) -> bool:
        return self.old.total != self.new.total or self.old.bonus != self.new.bonus

    @property
    def difference(self) -> int:
        """The difference in points, bonus included."""
        old, new = self.old.total + self.old.bonus, self.new.total + self.new.bonus
        return int(new.earned - old.earned)

    @property
    def from_the_key(self) -> dict[str, bool]:
        """Units that are joined from elsewhere than before → True if they come from the answer key now."""
        before, after = self.old.substituted, self.new.substituted
        return {unit: unit in after for unit in [*before, *after] if (unit in before) != (unit in after)}

    def as_plain(self) -> dict[str, Any]:
        """Return old and new scores, and the tests that flipped, as data."""
        return {
            "student": self.student,
            "unit": self.unit,
            "fell": self.fell,
            "difference": self.difference,
            "old": _summary(self.old),
            "new": _summary(self.new),
            "tests": [vars(f) for f in self.flips],
        }


def _summary(record: Record) -> dict[str, Any]:
    return {
        "suite_sha256": record.suite_sha256,
        "score": as_plain(record.score),
        "substituted": list(record.substituted),
    }


def _flip(before: TestResult | None, after: TestResult | None) -> Flip:
    known = after or before
    assert known is not None
    return Flip(
        test=known.id,
        title=known.title,
        before=str(before.outcome) if before else "",
        after=str(after.outcome) if after else "",
        earned_before=before.earned if before else 0,
        earned_after=after.earned if after else 0,
    )
