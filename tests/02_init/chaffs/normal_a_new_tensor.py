"""A fresh tensor is returned and the weight itself stays as it was.

root: kaiming_normal_
band: core
advice: The underscore at the end promises to change the argument: look at it after the call.
"""

import math

import torch


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    return torch.randn_like(weight).detach() * gain(a) / math.sqrt(fans(weight)[mode == "fan_out"])
