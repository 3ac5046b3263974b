"""The error rates that every statistical test states."""

from __future__ import annotations

FALSE_FAIL = 1e-9
MISS = 1e-3


class Underpowered(ValueError):
    """The sample is too small for the smallest defect that the test says it catches."""
