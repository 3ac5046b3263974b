"""The results of an audit: what went wrong, and the matrix of tests and the chaffs that they kill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.authoring.audit.variants import Variant
from grader.authoring.promises import promises_and_citations
from grader.course import Unit
from grader.records.outcomes import Outcome
from grader.records.record import TestResult
from grader.records.scoring import earned_points

Tests = Sequence[TestResult]


@dataclass
class UnitAudit:
    """The results of one unit's variants, by (variant, seed number): the judge's tests.

    there:   how many variants of each kind the unit has; in a quick audit, more than are graded
    untaped: tests whose examples are drawn for every submission, and why
    """

    unit: Unit
    variants: list[Variant]
    there: Mapping[str, int]
    focused: bool = False
    results: dict[tuple[str, int], Tests] = field(default_factory=dict)
    cpu_seconds: dict[tuple[str, int], float] = field(default_factory=dict)
    untaped: dict[str, str] = field(default_factory=dict)

    def of(self, kind: str) -> list[Variant]:
        return [v for v in self.variants if v.kind == kind]

    def runs(self, variant: Variant) -> Iterator[Tests]:
        """Return the tests of each seed."""
        return (t for (name, _), t in self.results.items() if name == f"{variant.kind}/{variant.name}")

    def problems(self) -> list[str]:
        """Return the faults of suite and variants; none if the audit is clean."""
        return [
            *(p for w in self.of("wheat") for p in self._false_alarms(w)),
            *(p for c in self.of("chaff") for p in self._escapes(c)),
            *(p for v in self.of("lesson") for p in self._lost_core(v)),
            *(p for v in self.of("idle") for p in self._earned_by_nothing(v)),
            *promises_and_citations(self.unit).problems(),
        ]

    def _false_alarms(self, wheat: Variant) -> Iterator[str]:
        for tests in self.runs(wheat):
            missing = {
                t.function for t in tests if t.band == "stretch" and t.outcome is Outcome.NOT_IMPLEMENTED
            }
            for t in _failing(tests):
                if not (t.band == "stretch" and t.function in missing):
                    yield f"wheat {wheat.name} fails {t.id} ({t.outcome}): {t.message}"

    def _escapes(self, chaff: Variant) -> Iterator[str]:
        concerned = {chaff.root} | self.unit.users_of(chaff.root)  # where its mistake may show
        for tests in self.runs(chaff):
            failing = _failing(tests)
            own = [t for t in failing if t.function == chaff.root]
            public = [t for t in own if not t.hidden]
            if not own:
                yield f"chaff {chaff.name} fails no test of {chaff.root}"
            elif not public:
                yield f"chaff {chaff.name} is killed by hidden tests only"
            elif not any(t.band in chaff.must_fail for t in public):
                yield f"chaff {chaff.name} is a core mistake that only {public[0].band} tests notice"
            for t in failing:
                if t.function not in concerned:
                    yield f"chaff {chaff.name} (root {chaff.root}) fails {t.id}, a test of {t.function}: {t.message}"

    def _lost_core(self, lesson: Variant) -> Iterator[str]:
        for tests in self.runs(lesson):
            for t in _failing(tests):
                if t.band == "core":
                    yield f"the lesson's own solution fails {t.id}: {t.message}"

    def _earned_by_nothing(self, idle: Variant) -> Iterator[str]:
        for tests in self.runs(idle):
            for t in tests:
                if earned_points(t, tests):
                    yield f"{t.id} gives points to work that does nothing ({idle.name}): it needs a `beside`"

    def kill_matrix(self) -> dict[str, list[str]]:
        """Return, for each chaff, the tests that it fails under every seed."""
        matrix = {}
        for chaff in self.of("chaff"):
            runs = [{t.id for t in _failing(tests)} for tests in self.runs(chaff)]
            matrix[chaff.name] = sorted(set.intersection(*runs)) if runs else []
        return matrix

    def lost_elsewhere(self) -> dict[str, dict[str, int]]:
        """Return, for each chaff, the points that it loses by the tests of other functions: function → points.

        Only those of functions that use its root are in order. Few points should be lost twice.
        """
        lost: dict[str, dict[str, int]] = {}
        for chaff in self.of("chaff"):
            for tests in list(self.runs(chaff))[:1]:
                for t in _failing(tests):
                    if t.function != chaff.root and not t.hidden:
                        by_function = lost.setdefault(chaff.name, {})
                        by_function[t.function] = by_function.get(t.function, 0) + t.points
        return lost

    def smallest_killers(self) -> list[str]:
        """Return few tests that kill every chaff that any test kills (greedy, so not always the fewest)."""
        left = {c: set(tests) for c, tests in self.kill_matrix().items() if tests}
        chosen = []
        while left:
            counts: dict[str, int] = {}
            for tests in left.values():
                for t in tests:
                    counts[t] = counts.get(t, 0) + 1
            best = max(sorted(counts), key=lambda t: counts[t])
            chosen.append(best)
            left = {c: tests for c, tests in left.items() if best not in tests}
        return chosen

    def twins(self) -> list[tuple[str, str]]:
        """Return pairs of chaffs that fail the same tests: a place to look, not a fault."""
        seen: dict[tuple[str, ...], str] = {}
        pairs = []
        for chaff, tests in self.kill_matrix().items():
            first = seen.setdefault(tuple(tests), chaff)
            if first != chaff:
                pairs.append((first, chaff))
        return pairs

    def as_json(self) -> dict[str, Any]:
        """Return the audit as data. A focused one has "noticed_by", one test a chaff, in place of the kill matrix."""
        wheat_runs = [t for w in self.of("wheat") for t in self.runs(w)]
        return {
            "unit": self.unit.name,
            "wheats": {w.name: w.title for w in self.of("wheat")},
            "wheat_runs": len(wheat_runs),
            "chaffs": {
                c.name: {"misconception": c.title, "root": c.root, "band": c.band} for c in self.of("chaff")
            },
            **self._killers(),
            "left_out": {kind: self.there[kind] - len(self.of(kind)) for kind in ("wheat", "chaff")},
            "idle": len(self.of("idle")),
            "problems": self.problems(),
            "untaped": self.untaped,
            "cpu_seconds": {kind: self.median_cpu(kind) for kind in ("wheat", "chaff", "lesson")},
        }

    def _killers(self) -> dict[str, Any]:
        matrix = self.kill_matrix()
        if self.focused:
            return {"noticed_by": {chaff: tests[0] if tests else "" for chaff, tests in matrix.items()}}
        return {
            "kill_matrix": matrix,
            "lost_elsewhere": self.lost_elsewhere(),
            "smallest_killers": self.smallest_killers(),
            "twins": self.twins(),
        }

    def median_cpu(self, kind: str) -> float | None:
        """Return the median CPU seconds of grading one variant of that kind, judge and box together."""
        times = sorted(s for (name, _), s in self.cpu_seconds.items() if name.startswith(f"{kind}/"))
        return round(times[len(times) // 2], 2) if times else None


def _failing(tests: Tests) -> list[TestResult]:
    return [t for t in tests if t.outcome not in (Outcome.PASS, Outcome.SKIPPED)]
