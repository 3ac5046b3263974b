"""The numbers have the right std but come from a normal distribution, without any bound.

root: kaiming_uniform_
band: core
advice: No weight may lie outside ±√3 times the std.
"""

import math


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    weight.data.normal_(0, gain(a) / math.sqrt(fans(weight)[mode == "fan_out"]))
    return weight
