"""The slope a is accepted but not passed on to gain.

root: kaiming_normal_
band: core
advice: Try a = √5: the std must get smaller by a good half.
"""

import math


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    weight.data.normal_(0, gain(0) / math.sqrt(fans(weight)[mode == "fan_out"]))
    return weight
