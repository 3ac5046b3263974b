"""Every weight is plus or minus the std, decided by a coin: the right scale, but not a uniform distribution.

root: kaiming_uniform_
band: core
advice: All values between the bounds must be equally likely.
"""

import math

import torch


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    std = gain(a) / math.sqrt(fans(weight)[mode == "fan_out"])
    weight.data.copy_((torch.randint(0, 2, weight.shape, device=weight.device) * 2 - 1) * std)
    return weight
