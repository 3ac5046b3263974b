"""The loop ends when the first std is not finite, so the list is shorter than the depth.

root: activation_stds
band: core
advice: The list has one number per layer, also where that number is inf or nan.
"""

import math

import torch


def activation_stds(depth, n, scale, relu=False):
    x = torch.randn(n)
    stds = []
    for _ in range(depth):
        x = (torch.randn(n, n) * scale) @ x
        if relu:
            x = x.clamp(min=0)
        std = x.std().item()
        if not math.isfinite(std):
            break
        stds.append(std)
    return stds
