"""Decide over several runs that each pass or fail, and stop as soon as the evidence suffices."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property


class Undecided(ValueError):
    """The runs ended before the test could decide."""


@dataclass(frozen=True)
class SPRT:
    """Wald's sequential probability ratio test (SPRT) that runs pass as often as those of good work do.

    Each run multiplies the evidence by the ratio of its chances under both hypotheses. With the defaults five straight
    passes accept, and four straight failures reject. Source: A. Wald, "Sequential tests of statistical hypotheses",
    Annals of Mathematical Statistics 16 (1945).

    good, bad: the chance that one run passes, of work that has to be accepted, and that has to be rejected
    accept:    evidence for good work, as a ratio of likelihoods, that ends the test
    reject:    evidence against it that does
    most:      runs after which the side with the greater evidence wins
    """

    good: float = 0.99
    bad: float = 0.2
    accept: float = 1e3
    reject: float = 1e6
    most: int = 40

    def decide(self, passes: Iterable[bool]) -> bool:
        """Return True when the work is accepted. Draw only as many runs from `passes` as the decision needs.

        Raises Undecided when they end too early.
        """
        passed = failed = 0
        for run in passes:
            passed, failed = passed + run, failed + (not run)
            decision = self._decision(passed, failed)
            if decision is not None:
                return decision
        raise Undecided(f"{passed} passes and {failed} failures decide nothing")

    def _decision(self, passed: int, failed: int) -> bool | None:
        evidence = passed * math.log(self.good / self.bad) + failed * math.log(
            (1 - self.good) / (1 - self.bad)
        )
        if evidence >= math.log(self.accept):
            return True
        if evidence <= -math.log(self.reject):
            return False
        return evidence >= 0 if passed + failed >= self.most else None

    @cached_property
    def false_fail_rate(self) -> float:
        """The chance that work whose runs pass with probability `good` is rejected."""
        return self._chance_of(False, self.good)

    @cached_property
    def false_pass_rate(self) -> float:
        """The chance that work whose runs pass with probability `bad` is accepted."""
        return self._chance_of(True, self.bad)

    def _chance_of(self, wanted: bool, p: float) -> float:
        """Return the exact chance of a decision, from the chance of every undecided count, run by run."""
        undecided = {(0, 0): 1.0}
        total = 0.0
        while undecided:
            following: dict[tuple[int, int], float] = {}
            for (passed, failed), chance in undecided.items():
                for step, weight in (((passed + 1, failed), p), ((passed, failed + 1), 1 - p)):
                    decision = self._decision(*step)
                    if decision is None:
                        following[step] = following.get(step, 0.0) + chance * weight
                    elif decision is wanted:
                        total += chance * weight
            undecided = following
        return total
