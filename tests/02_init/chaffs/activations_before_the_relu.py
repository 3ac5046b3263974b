"""The std is measured before the ReLU, not after it.

root: activation_stds
band: core
advice: The next layer sees what comes out of the ReLU: measure there.
"""

import torch


def activation_stds(depth, n, scale, relu=False):
    x = torch.randn(n)
    stds = []
    for _ in range(depth):
        x = (torch.randn(n, n) * scale) @ x
        stds.append(x.std().item())
        if relu:
            x = x.clamp(min=0)
    return stds
