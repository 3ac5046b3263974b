"""a is fixed to √5 whatever the caller asks for, as in the library's old default for convolutions.

root: kaiming_uniform_
band: core
advice: √5 is an argument that one caller happens to pass, not part of the rule.
"""

import math


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    bound = math.sqrt(3) * gain(math.sqrt(5)) / math.sqrt(fans(weight)[mode == "fan_out"])
    weight.data.uniform_(-bound, bound)
    return weight
