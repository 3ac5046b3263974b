"""The weight is flattened and the flat tensor filled: where memory is not contiguous, that is a copy.

root: kaiming_normal_
band: robust
advice: flatten and reshape return a view where they can, and else a copy. Fill the weight itself.
"""


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    weight.detach().flatten().normal_(0, _kaiming_std(weight, a, mode))
    return weight
