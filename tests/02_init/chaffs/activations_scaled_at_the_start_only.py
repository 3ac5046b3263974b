"""The scale is applied once, to the start, instead of to the matrix of every layer.

root: activation_stds
band: core
advice: After k layers the scale must have acted k times.
"""

import torch


def activation_stds(depth, n, scale, relu=False):
    x = torch.randn(n) * scale
    stds = []
    for _ in range(depth):
        x = torch.randn(n, n) @ x
        if relu:
            x = x.clamp(min=0)
        stds.append(x.std().item())
    return stds
