"""Cases, strategies and checks of test_hidden_against_reference.py."""

import math

import torch


def drawn(seed: int, shape: tuple[int, ...], magnitude: float, dtype: torch.dtype) -> torch.Tensor:
    """Entries of very different size, and some of them infinite."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(shape, generator=generator) * magnitude ** torch.rand(shape, generator=generator)
    return x.masked_fill(torch.rand(shape, generator=generator) < 0.05, -math.inf).to(dtype)
