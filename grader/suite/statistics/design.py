"""The error rates that every statistical test states, and the sizes that tests of permutations assume."""

from __future__ import annotations

FALSE_FAIL_RATE = 1e-9
FALSE_PASS_RATE = 1e-3
N, PASSES = 16, 2000  # items, and passes over them
SHARE = FALSE_FAIL_RATE / 5  # of each of the five statistics that Shuffles runs


class Underpowered(ValueError):
    """The sample is too small for the smallest discrepancy that the test claims to catch."""
