"""The weight is filled but not returned.

root: kaiming_normal_
band: core
advice: torch's in-place functions return their argument; this one must too.
"""

import math


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    weight.data.normal_(0, gain(a) / math.sqrt(fans(weight)[mode == "fan_out"]))
