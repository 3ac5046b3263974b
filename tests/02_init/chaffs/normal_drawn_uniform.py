"""The numbers have the right std but come from a uniform distribution.

root: kaiming_normal_
band: core
advice: A normal sample has a peak in the middle and tails beyond √3 standard deviations.
"""

import math


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    bound = math.sqrt(3) * gain(a) / math.sqrt(fans(weight)[mode == "fan_out"])
    weight.data.uniform_(-bound, bound)
    return weight
