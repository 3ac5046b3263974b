"""The std is 1/√fan: the gain of the activation is left out.

root: kaiming_normal_
band: core
advice: The half that ReLU cuts off must be made up for: which of your functions knows by how much?
"""

import math


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    std = 1 / math.sqrt(fans(weight)[mode == "fan_out"])
    weight.data.normal_(0, std)
    return weight
