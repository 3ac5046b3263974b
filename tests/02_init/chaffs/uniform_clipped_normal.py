"""Normal numbers are clipped to the bound, so the two ends pile up.

root: kaiming_uniform_
band: core
advice: All values between the bounds must be equally likely: draw them so, instead of cutting.
"""

import math


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    std = gain(a) / math.sqrt(fans(weight)[mode == "fan_out"])
    bound = math.sqrt(3) * std
    weight.data.normal_(0, std).clamp_(-bound, bound)
    return weight
