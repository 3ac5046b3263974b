"""The matrices are divided by √n on top of the given scale.

root: activation_stds
band: core
advice: The scale argument is the whole factor: the caller puts 1/√n into it.
"""

import torch


def activation_stds(depth, n, scale, relu=False):
    x = torch.randn(n)
    stds = []
    for _ in range(depth):
        x = (torch.randn(n, n) * scale / n**0.5) @ x
        if relu:
            x = x.clamp(min=0)
        stds.append(x.std().item())
    return stds
