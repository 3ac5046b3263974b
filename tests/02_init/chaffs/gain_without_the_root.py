"""The square root is forgotten, so a factor for the variance is used as a factor for the std.

root: gain
band: core
advice: At a = 0 the gain is 1.414, not 2.
"""


def gain(a):
    return 2 / (1 + a**2)
