"""The 2 is outside the root, which makes up for the lost half twice.

root: relu_scale
band: core
advice: It is the variance that ReLU halves: which factor does that ask of the std?
"""


def relu_scale(n_in):
    return 2 / n_in**0.5
