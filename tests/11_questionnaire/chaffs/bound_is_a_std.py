"""The standard deviation is given, not the bound.

root: l01_sqrt5_bound
band: core
advice: The bound of a uniform distribution is √3 times its standard deviation.
"""


def l01_sqrt5_bound(fan_in):
    return 1 / math.sqrt(3 * fan_in)
