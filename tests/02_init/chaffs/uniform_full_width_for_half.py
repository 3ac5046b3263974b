"""√12, the factor of the full width, is used for the half width, so the weights are twice too large.

root: kaiming_uniform_
band: core
advice: The variance of a uniform of width w is w²/12: is your bound the width or half of it?
"""

import math


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    bound = math.sqrt(12) * gain(a) / math.sqrt(fans(weight)[mode == "fan_out"])
    weight.data.uniform_(-bound, bound)
    return weight
