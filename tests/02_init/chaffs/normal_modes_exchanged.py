"""The two modes are exchanged: "fan_in" divides by fan_out and the other way round.

root: kaiming_normal_
band: core
advice: The name of the mode is the name of the fan to divide by.
"""

import math


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    fan_out, fan_in = fans(weight)
    weight.data.normal_(0, gain(a) / math.sqrt(fan_in if mode == "fan_in" else fan_out))
    return weight
