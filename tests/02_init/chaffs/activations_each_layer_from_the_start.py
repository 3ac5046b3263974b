"""Every layer is fed the start anew, so the layers are not stacked and nothing explodes or vanishes.

root: activation_stds
band: core
advice: A layer's input is the output of the layer before it.
"""

import torch


def activation_stds(depth, n, scale, relu=False):
    start = torch.randn(n)
    stds = []
    for _ in range(depth):
        x = (torch.randn(n, n) * scale) @ start
        if relu:
            x = x.clamp(min=0)
        stds.append(x.std().item())
    return stds
