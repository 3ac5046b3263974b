"""The old values are multiplied by the std; nothing new is drawn.

root: kaiming_normal_
band: core
advice: Two calls must give two different draws, whatever the weight held before.
"""

import math


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    weight.data *= gain(a) / math.sqrt(fans(weight)[mode == "fan_out"])
    return weight
