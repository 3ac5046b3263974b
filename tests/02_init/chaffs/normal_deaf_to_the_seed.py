"""The numbers come from a generator of numpy's own, so torch.manual_seed cannot reproduce them.

root: kaiming_normal_
band: core
advice: Whoever seeds torch expects all of the run to repeat: draw from torch.
"""

import math

import numpy as np
import torch


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    std = gain(a) / math.sqrt(fans(weight)[mode == "fan_out"])
    numbers = np.random.default_rng().normal(0, std, tuple(weight.shape))
    weight.data.copy_(torch.from_numpy(numbers))
    return weight
