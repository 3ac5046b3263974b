"""Cases, strategies and checks of several tests."""

import math

from hypothesis import strategies as st


def cosine(start: float, end: float, pos: float) -> float:
    return start + (end - start) * (1 - math.cos(math.pi * pos)) / 2


numbers = st.integers(-8, 8).map(lambda n: n / 4)
epochs = st.lists(st.integers(1, 4), min_size=1, max_size=3)  # of each, how many training batches
