"""The kernel is taken to be always the last two dims, which miscounts 1-D and 3-D convolutions.

root: receptive_field_size
band: robust
advice: Whatever follows the two channel dims is the kernel, however many dims that is.
"""


def receptive_field_size(weight):
    return weight.shape[-1] * weight.shape[-2] if weight.dim() > 2 else 1
