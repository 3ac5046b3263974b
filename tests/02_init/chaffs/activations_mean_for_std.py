"""The mean of the activations is recorded instead of their std.

root: activation_stds
band: core
advice: A mean near 0 says nothing about the scale: which statistic does?
"""

import torch


def activation_stds(depth, n, scale, relu=False):
    x = torch.randn(n)
    stds = []
    for _ in range(depth):
        x = (torch.randn(n, n) * scale) @ x
        if relu:
            x = x.clamp(min=0)
        stds.append(x.mean().item())
    return stds
