"""The std is used as the bound, so the √3 between the two is missing.

root: kaiming_uniform_
band: core
advice: A uniform distribution on ±b has standard deviation b/√3.
"""

import math


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    bound = gain(a) / math.sqrt(fans(weight)[mode == "fan_out"])
    weight.data.uniform_(-bound, bound)
    return weight
