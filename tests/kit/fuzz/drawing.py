"""Inputs drawn from a strategy, for a fuzzer to begin with: the same ones each time."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st


def drawn(inputs: st.SearchStrategy[bytes], number: int) -> list[bytes]:
    """Return so many inputs, or fewer if no more are different."""
    found: dict[bytes, None] = {}

    @seed(0)
    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=inputs)
    def collect(data: bytes) -> None:
        found[data] = None

    collect()
    return list(found)
