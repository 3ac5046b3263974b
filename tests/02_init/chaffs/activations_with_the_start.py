"""The std of the start is in the list too, so it is one longer than the depth.

root: activation_stds
band: core
advice: One number per layer, each measured after it.
"""

import torch


def activation_stds(depth, n, scale, relu=False):
    x = torch.randn(n)
    stds = [x.std().item()]
    for _ in range(depth):
        x = (torch.randn(n, n) * scale) @ x
        if relu:
            x = x.clamp(min=0)
        stds.append(x.std().item())
    return stds
