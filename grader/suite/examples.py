"""How many examples a test draws."""

from __future__ import annotations

from hypothesis import settings


def few_examples(n: int = 6) -> settings:
    """For a test in which any example will do (was the input modified? does it remember?): only n of them."""
    return settings(max_examples=n)
