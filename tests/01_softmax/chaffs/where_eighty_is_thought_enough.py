"""Eighty is taken for too much for float32, but exp(80) is still a finite number there.

root: where_naive_fails
band: core
advice: Find the largest float32 and take its logarithm: the sum of exponentials must get beyond it (or all terms below the smallest).
"""

import torch


def where_naive_fails():
    return torch.tensor([80.0, 79.0, 1.0])
