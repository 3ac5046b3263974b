"""The sampler is given the variance, gain²/fan, where it expects the standard deviation.

root: kaiming_normal_
band: core
advice: Look up what the second argument of normal_ means.
"""


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    variance = gain(a) ** 2 / fans(weight)[mode == "fan_out"]
    weight.data.normal_(0, variance)
    return weight
