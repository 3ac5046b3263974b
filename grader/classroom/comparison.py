"""One submission's records before and after a regrade, compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


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

    old: dict[str, Any]
    new: dict[str, Any]

    @property
    def student(self) -> str:
        return str(self.new["student"])

    @property
    def unit(self) -> str:
        return str(self.new["unit"])

    @property
    def flips(self) -> list[Flip]:
        before = {t["id"]: t for t in self.old["tests"]}
        after = {t["id"]: t for t in self.new["tests"]}
        flips = (_flip(before.get(i), after.get(i)) for i in dict.fromkeys([*before, *after]))
        return [f for f in flips if (f.before, f.earned_before) != (f.after, f.earned_after)]

    @property
    def fell(self) -> bool:
        """True if anything is less than before: points, their share of the possible ones, or the bonus."""
        (earned, possible), (now, out_of) = total(self.old), total(self.new)
        (bonus, _), (bonus_now, _) = stretch(self.old), stretch(self.new)
        return now < earned or now * possible < earned * out_of or bonus_now < bonus

    @property
    def moved(self) -> bool:
        return total(self.old) != total(self.new) or stretch(self.old) != stretch(self.new)

    @property
    def difference(self) -> int:
        """The difference in points, bonus included."""
        return sum(f(self.new)[0] - f(self.old)[0] for f in (total, stretch))

    @property
    def from_the_key(self) -> dict[str, bool]:
        """Units that are joined from elsewhere than before → True if they come from the answer key now."""
        before, after = substituted(self.old), substituted(self.new)
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


def total(record: dict[str, Any]) -> tuple[int, int]:
    """Return (earned, possible) of core and robust together."""
    bands = [record["score"][b] for b in ("core", "robust")]
    return sum(b["earned"] for b in bands), sum(b["possible"] for b in bands)


def stretch(record: dict[str, Any]) -> tuple[int, int]:
    """Return (earned, possible) of the bonus."""
    band = record["score"]["stretch"]
    return band["earned"], band["possible"]


def substituted(record: dict[str, Any]) -> dict[str, str]:
    """Return unit → digest of the answer key that was joined in place of the student's own."""
    return dict(record["submission"].get("substituted", {}))


def _summary(record: dict[str, Any]) -> dict[str, Any]:
    return {
        "suite_sha256": record["suite_sha256"],
        "score": record["score"],
        "substituted": list(substituted(record)),
    }


def _flip(before: dict[str, Any] | None, after: dict[str, Any] | None) -> Flip:
    known = after or before or {}
    return Flip(
        test=str(known["id"]),
        title=str(known["title"]),
        before=str(before["outcome"]) if before else "",
        after=str(after["outcome"]) if after else "",
        earned_before=int(before["earned"]) if before else 0,
        earned_after=int(after["earned"]) if after else 0,
    )
