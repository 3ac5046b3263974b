"""One filter is drawn and broadcast to all outputs, so every output computes the same.

root: kaiming_normal_
band: core
advice: Equal rows get equal gradients and stay equal for ever: each entry needs a draw of its own.
"""

import math

import torch


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    std = gain(a) / math.sqrt(fans(weight)[mode == "fan_out"])
    weight.data.copy_(torch.randn(weight.shape[1:], device=weight.device) * std)
    return weight
