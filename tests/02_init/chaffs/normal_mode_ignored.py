"""mode is accepted but ignored: fan_in is always used.

root: kaiming_normal_
band: core
advice: Try a weight with many more outputs than inputs in both modes.
"""

import math


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    weight.data.normal_(0, gain(a) / math.sqrt(fans(weight)[0]))
    return weight
