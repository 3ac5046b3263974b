"""The std is multiplied by 3, where its root belongs.

root: kaiming_uniform_
band: core
advice: The variance of a uniform on ±b is b²/3: solve for b.
"""

import math


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    bound = 3 * gain(a) / math.sqrt(fans(weight)[mode == "fan_out"])
    weight.data.uniform_(-bound, bound)
    return weight
