"""Takes 2 GB in tensors.

without walls: memory is taken
behind walls: out_of_memory, timeout
"""
import torch

hoard = []


def double(x):
    hoard.extend(torch.ones(2**26) for _ in range(8))
    return 2 * x
