"""The mean is not taken off before squaring, so the "std" grows with the offset of the data.

root: stats
band: core
advice: Adding a constant to all entries must leave the standard deviation as it is.
"""


def stats(x):
    return x.mean(), (x**2).mean().sqrt()
