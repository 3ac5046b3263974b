"""Settings for the number of examples that a test draws."""

from __future__ import annotations

from hypothesis import settings


def few_examples(n: int = 6) -> settings:
    """Return settings that draw only n examples: for a test in which any will do (was the input modified?)."""
    return settings(max_examples=n)
