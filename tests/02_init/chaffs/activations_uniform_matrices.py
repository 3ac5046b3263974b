"""The matrices are uniform between 0 and 1, so their mean is not 0 and everything grows in one direction.

root: activation_stds
band: core
advice: rand and randn are two functions: which one draws standard normal numbers?
"""

import torch


def activation_stds(depth, n, scale, relu=False):
    x = torch.randn(n)
    stds = []
    for _ in range(depth):
        x = (torch.rand(n, n) * scale) @ x
        if relu:
            x = x.clamp(min=0)
        stds.append(x.std().item())
    return stds
