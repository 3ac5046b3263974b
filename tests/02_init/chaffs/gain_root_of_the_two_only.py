"""The root covers the 2 but not the denominator.

root: gain
band: core
advice: The whole fraction is a factor of the variance: take the root of all of it.
"""

import math


def gain(a):
    return math.sqrt(2) / (1 + a**2)
