"""Only the last layer's std is returned, a number instead of a list.

root: activation_stds
band: core
advice: The story is in the course from layer to layer: keep one number for each.
"""

import torch


def activation_stds(depth, n, scale, relu=False):
    x = torch.randn(n)
    for _ in range(depth):
        x = (torch.randn(n, n) * scale) @ x
        if relu:
            x = x.clamp(min=0)
    return x.std().item()
