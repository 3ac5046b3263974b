"""The kernel size is multiplied into fan_in only.

root: fans
band: core
advice: Going backward, each input takes part at every kernel position too.
"""


def fans(weight):
    return weight.shape[1] * receptive_field_size(weight), weight.shape[0]
