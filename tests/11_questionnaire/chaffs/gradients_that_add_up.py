"""The gradients are all positive, and so their mean is not 0.

root: q12_gradients
band: core
advice: Positive and negative ones have to cancel.
"""


def q12_gradients():
    return [1.0, 2.0, 3.0, 4.0]
