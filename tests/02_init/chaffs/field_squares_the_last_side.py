"""Every kernel is taken to be square: the last side is squared.

root: receptive_field_size
band: core
advice: Kernels may be 1×7, or have one side or three: multiply the sides that are there.
"""


def receptive_field_size(weight):
    return weight.shape[-1] ** 2 if weight.dim() > 2 else 1
