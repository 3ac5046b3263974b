"""Each row is scaled to length 1, but the rows are not perpendicular to one another.

root: orthogonal_
band: stretch
advice: Orthogonal asks for two things: unit length, and a product of 0 between any two.
"""

import torch


def orthogonal_(weight):
    w = torch.randn_like(weight.data)
    weight.data.copy_(w / w.norm(dim=1, keepdim=True))
    return weight
