"""Only one side of the kernel is counted: 5 for a 5×5 kernel.

root: receptive_field_size
band: core
advice: A kernel of 5 by 5 looks at how many positions?
"""


def receptive_field_size(weight):
    return weight.shape[-1] if weight.dim() > 2 else 1
