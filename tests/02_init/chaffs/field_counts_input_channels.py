"""The input channels are counted among the kernel positions.

root: receptive_field_size
band: core
advice: The receptive field is what one pair of channels sees: leave the first two dims out.
"""


def receptive_field_size(weight):
    return weight[0].numel()
