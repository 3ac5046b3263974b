"""relu is accepted but no ReLU is ever applied.

root: activation_stds
band: core
advice: With relu=True no activation may be negative.
"""

import torch


def activation_stds(depth, n, scale, relu=False):
    x = torch.randn(n)
    stds = []
    for _ in range(depth):
        x = (torch.randn(n, n) * scale) @ x
        stds.append(x.std().item())
    return stds
