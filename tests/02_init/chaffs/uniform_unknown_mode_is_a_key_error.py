"""The mode is looked up in a dict without a check, so a misspelt one is answered with a KeyError.

root: kaiming_uniform_
band: robust
advice: Say in a ValueError which modes there are.
"""

import math


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    fan = dict(zip(("fan_in", "fan_out"), fans(weight)))[mode]
    bound = math.sqrt(3) * gain(a) / math.sqrt(fan)
    weight.data.uniform_(-bound, bound)
    return weight
