"""The experiment runs in float64, which hides the overflow that it is there to show.

root: activation_stds
band: core
advice: Networks are trained in float32: use torch's default dtype.
"""

import torch


def activation_stds(depth, n, scale, relu=False):
    x = torch.randn(n, dtype=torch.float64)
    stds = []
    for _ in range(depth):
        x = (torch.randn(n, n, dtype=torch.float64) * scale) @ x
        if relu:
            x = x.clamp(min=0)
        stds.append(x.std().item())
    return stds
