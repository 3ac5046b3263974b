"""Cases, strategies and checks of several tests."""

import torch
from hypothesis import strategies as st

entries = st.builds(lambda k, s: k / 4 * s, st.integers(-8, 8), st.sampled_from([1.0, 1e-5]))
sizes = st.integers(1, 3)


def f64(values):
    return torch.tensor(values, dtype=torch.float64)


def tensors(n: int):
    """That many tensors of equal length."""
    return sizes.flatmap(
        lambda size: st.tuples(*[st.lists(entries, min_size=size, max_size=size).map(f64)] * n)
    )
