"""The gain is divided by the fan itself, not by its root.

root: kaiming_normal_
band: core
advice: Variances add up: the std of a sum of n terms grows with √n.
"""


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    std = gain(a) / fans(weight)[mode == "fan_out"]
    weight.data.normal_(0, std)
    return weight
