"""The ReLU is applied whether it was asked for or not.

root: activation_stds
band: core
advice: Look at the std after one layer at 1/√n with relu=False: it must be near 1.
"""

import torch


def activation_stds(depth, n, scale, relu=False):
    x = torch.randn(n)
    stds = []
    for _ in range(depth):
        x = ((torch.randn(n, n) * scale) @ x).clamp(min=0)
        stds.append(x.std().item())
    return stds
