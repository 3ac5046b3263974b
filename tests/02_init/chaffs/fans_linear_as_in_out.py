"""Linear weights are taken to be stored as (in, out).

root: fans
band: core
advice: Print the shape of nn.Linear(784, 50).weight.
"""


def fans(weight):
    first, second = weight.shape[:2]
    if weight.dim() == 2:
        return first, second
    positions = receptive_field_size(weight)
    return second * positions, first * positions
