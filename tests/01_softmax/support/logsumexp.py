"""Cases, strategies and checks of test_logsumexp.py."""

import torch


def exact(x: torch.Tensor, dim: int = -1, keepdim: bool = False) -> torch.Tensor:
    return torch.logsumexp(x.double(), dim, keepdim)
