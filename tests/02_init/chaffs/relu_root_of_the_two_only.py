"""The root covers the 2 but not the n.

root: relu_scale
band: core
advice: Both belong to the variance: take the root of the whole fraction.
"""


def relu_scale(n_in):
    return 2**0.5 / n_in
