"""The weight is seen as one long row, which view refuses where memory is not contiguous.

root: kaiming_uniform_
band: robust
advice: Fill the weight as it is; no shape is needed for that.
"""

import math


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    bound = math.sqrt(3) * _kaiming_std(weight, a, mode)
    weight.detach().view(-1).uniform_(-bound, bound)
    return weight
