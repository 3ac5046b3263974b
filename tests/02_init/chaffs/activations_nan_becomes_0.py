"""The ReLU keeps what is above 0. nan isn't: it becomes 0, and the list ends in zeros as if all were well.

root: activation_stds
band: robust
advice: Replace what is below 0, and leave the rest: nan has to stay visible.
"""

import torch


def activation_stds(depth, n, scale, relu=False):
    x = torch.randn(n)
    stds = []
    for _ in range(depth):
        x = (torch.randn(n, n) * scale) @ x
        if relu:
            x = torch.where(x > 0, x, 0.0)
        stds.append(x.std().item())
    return stds
