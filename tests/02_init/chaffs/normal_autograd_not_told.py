"""The weight is written to while autograd is watching, which torch refuses for a parameter.

root: kaiming_normal_
band: core
advice: Initialisation is no part of the computation that is differentiated: keep autograd out of it.
"""

import math


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    return weight.normal_(0, gain(a) / math.sqrt(fans(weight)[mode == "fan_out"]))
