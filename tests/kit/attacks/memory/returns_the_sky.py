"""Returns a tensor of a few bytes that claims to have 2**44 entries.

without walls: memory is taken
behind walls: crashed
"""
import torch


def double(x):
    return torch.full((1,), 2.0 * x).expand(2**20, 2**24)
