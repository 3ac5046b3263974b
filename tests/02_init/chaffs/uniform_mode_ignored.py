"""mode is accepted but ignored: fan_in is always used.

root: kaiming_uniform_
band: core
advice: Try a weight with many more outputs than inputs in both modes.
"""

import math


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    bound = math.sqrt(3) * gain(a) / math.sqrt(fans(weight)[0])
    weight.data.uniform_(-bound, bound)
    return weight
