"""The gradients cancel, but are so small that the mean of their squares is below 1.

root: q12_gradients
band: core
advice: Squares of numbers below 1 are smaller still: take larger ones.
"""


def q12_gradients():
    return [0.5, -0.5, 0.5, -0.5]
