"""fan_in counts all entries of the weight, not those that feed one output.

root: fans
band: core
advice: One output is fed by one filter: which dim must not be counted?
"""


def fans(weight):
    return weight.numel(), weight.shape[0] * receptive_field_size(weight)
