"""Everything that is not "fan_in" is taken for "fan_out", misspelt modes included.

root: kaiming_normal_
band: robust
advice: A wrong word must be answered with a ValueError, not with a guess.
"""

import math


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    fan_in, fan_out = fans(weight)
    fan = fan_in if mode == "fan_in" else fan_out
    weight.data.normal_(0, gain(a) / math.sqrt(fan))
    return weight
