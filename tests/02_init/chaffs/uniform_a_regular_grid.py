"""The interval is divided evenly and the values laid down in order: the right range, but nothing random.

root: kaiming_uniform_
band: core
advice: Weights must be drawn anew at each call and independently of one another.
"""

import math

import torch


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    bound = math.sqrt(3) * gain(a) / math.sqrt(fans(weight)[mode == "fan_out"])
    weight.data.copy_(torch.linspace(-bound, bound, weight.numel(), device=weight.device).view(weight.shape))
    return weight
