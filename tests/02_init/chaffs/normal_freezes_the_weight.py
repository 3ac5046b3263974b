"""requires_grad is switched off to be allowed to write, and never switched on again, so the weight is frozen.

root: kaiming_normal_
band: core
advice: Leave the parameter's flags as you found them; there is a context in which autograd does not look.
"""

import math


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    weight.requires_grad_(False)
    return weight.normal_(0, gain(a) / math.sqrt(fans(weight)[mode == "fan_out"]))
