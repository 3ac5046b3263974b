"""fan_in and fan_out are exchanged: the first dim is taken for the inputs.

root: fans
band: core
advice: torch stores weights as (outputs, inputs, …): look at the shape of a layer whose two numbers differ.
"""


def fans(weight):
    positions = receptive_field_size(weight)
    return weight.shape[0] * positions, weight.shape[1] * positions
