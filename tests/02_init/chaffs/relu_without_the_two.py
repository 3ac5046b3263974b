"""The factor 2 is missing, so ReLU halves the mean square at each layer.

root: relu_scale
band: core
advice: ReLU throws away half of the mean square: what makes up for it?
"""


def relu_scale(n_in):
    return (1 / n_in) ** 0.5
