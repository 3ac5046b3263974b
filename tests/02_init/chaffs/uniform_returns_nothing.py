"""The weight is filled but not returned.

root: kaiming_uniform_
band: core
advice: torch's in-place functions return their argument; this one must too.
"""

import math


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    bound = math.sqrt(3) * gain(a) / math.sqrt(fans(weight)[mode == "fan_out"])
    weight.data.uniform_(-bound, bound)
