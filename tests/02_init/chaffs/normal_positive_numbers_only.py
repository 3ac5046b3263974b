"""Only absolute values are kept, so the weights have no mean of 0.

root: kaiming_normal_
band: core
advice: Half of the weights must be negative, or every layer adds an offset.
"""

import math


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    weight.data.normal_(0, gain(a) / math.sqrt(fans(weight)[mode == "fan_out"])).abs_()
    return weight
