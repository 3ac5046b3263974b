"""The random numbers are added to what the weight held before.

root: kaiming_normal_
band: core
advice: Initialisation replaces: the result must not depend on the old values.
"""

import math

import torch


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    weight.data += torch.randn_like(weight.data) * gain(a) / math.sqrt(fans(weight)[mode == "fan_out"])
    return weight
