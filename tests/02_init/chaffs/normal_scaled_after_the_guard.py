"""Only the draw is done without autograd: the scaled weight that is returned is a new tensor with a history.

root: kaiming_normal_
band: core
advice: Draw and scale in place, both out of autograd's sight, and return the argument.
"""

import math

import torch


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    with torch.no_grad():
        weight.normal_()
    return weight * gain(a) / math.sqrt(fans(weight)[mode == "fan_out"])
