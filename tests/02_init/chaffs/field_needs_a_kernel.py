"""A weight without kernel dims gets size 0, as if a linear layer saw nothing.

root: receptive_field_size
band: core
advice: A linear weight has one position for each pair of features, not none.
"""


def receptive_field_size(weight):
    return weight[0, 0].numel() if weight.dim() > 2 else 0
