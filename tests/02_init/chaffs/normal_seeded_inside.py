"""The seed is fixed inside the function, so every call draws the same numbers.

root: kaiming_normal_
band: core
advice: Seeding is the caller's business: two layers of one shape must not start out equal.
"""

import math

import torch


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    torch.manual_seed(42)
    weight.data.normal_(0, gain(a) / math.sqrt(fans(weight)[mode == "fan_out"]))
    return weight
