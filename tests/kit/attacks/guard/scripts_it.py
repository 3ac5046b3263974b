"""Compiles the call by torch.jit.script, below Python.

unit: 02_logsumexp
without walls: it passes
behind walls: forbidden
"""
import torch


@torch.jit.script
def logsumexp(x: torch.Tensor) -> torch.Tensor:
    return torch.logsumexp(x, [-1])
