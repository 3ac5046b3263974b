"""The matrices are not scaled at all.

root: activation_stds
band: core
advice: At scale 0.01 the activations must vanish, at 1 explode.
"""

import torch


def activation_stds(depth, n, scale, relu=False):
    x = torch.randn(n)
    stds = []
    for _ in range(depth):
        x = torch.randn(n, n) @ x
        if relu:
            x = x.clamp(min=0)
        stds.append(x.std().item())
    return stds
