"""The fans are averaged and the gain dropped, which is Xavier's rule, not Kaiming's.

root: kaiming_uniform_
band: core
advice: Kaiming uses one fan, the one that mode names, and the gain of the activation.
"""

import math


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    bound = math.sqrt(6 / sum(fans(weight)))
    weight.data.uniform_(-bound, bound)
    return weight
