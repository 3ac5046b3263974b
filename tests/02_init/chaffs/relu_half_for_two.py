"""The variance is halved once more, √(1/2n), where it must be doubled.

root: relu_scale
band: core
advice: ReLU makes activations smaller: must the weights get smaller or larger?
"""


def relu_scale(n_in):
    return (0.5 / n_in) ** 0.5
