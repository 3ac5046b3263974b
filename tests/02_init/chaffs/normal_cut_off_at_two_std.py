"""The normal distribution is cut off at two standard deviations, which also makes it narrower than asked for.

root: kaiming_normal_
band: core
advice: A truncated sample has a smaller std than the one you put in; nothing was to be cut off.
"""

import math

import torch


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    std = gain(a) / math.sqrt(fans(weight)[mode == "fan_out"])
    edge = math.erf(2 / math.sqrt(2))
    u = torch.rand(weight.shape, dtype=torch.float64, device=weight.device)
    weight.data.copy_(torch.erfinv((2 * u - 1) * edge) * math.sqrt(2) * std)
    return weight
