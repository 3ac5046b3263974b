"""Replaces methods of every tensor.

without walls: wrong work passes
behind walls: fail
"""
import torch

for name in ("__ne__", "ne", "__sub__", "sub"):
    setattr(torch.Tensor, name, lambda self, other, **kwargs: torch.zeros(()))
torch.Tensor.__eq__ = torch.Tensor.eq = lambda self, other: torch.ones((), dtype=torch.bool)


def double(x):
    return torch.nn.Parameter(torch.tensor(7.0))
