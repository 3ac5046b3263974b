"""The std is divided by √3 to get the bound, where it must be multiplied.

root: kaiming_uniform_
band: core
advice: The bound is larger than the standard deviation, not smaller.
"""

import math


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    bound = gain(a) / math.sqrt(3 * fans(weight)[mode == "fan_out"])
    weight.data.uniform_(-bound, bound)
    return weight
