"""The ReLU is taken for the absolute value, so negative activations are turned over instead of cut off.

root: activation_stds
band: core
advice: What is negative becomes 0.
"""

import torch


def activation_stds(depth, n, scale, relu=False):
    x = torch.randn(n)
    stds = []
    for _ in range(depth):
        x = (torch.randn(n, n) * scale) @ x
        if relu:
            x = x.abs()
        stds.append(x.std().item())
    return stds
