"""The matrix is multiplied entry by entry, with *, where a matrix product was meant.

root: activation_stds
band: core
advice: A layer sums over its inputs: look at the shape of your x after one layer.
"""

import torch


def activation_stds(depth, n, scale, relu=False):
    x = torch.randn(n, n)
    stds = []
    for _ in range(depth):
        x = (torch.randn(n, n) * scale) * x
        if relu:
            x = x.clamp(min=0)
        stds.append(x.std().item())
    return stds
