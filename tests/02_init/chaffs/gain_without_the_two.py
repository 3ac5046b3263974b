"""The 2 that makes up for the half that ReLU cuts off is missing.

root: gain
band: core
advice: With a = 1 the activation changes nothing, so the gain must be exactly 1.
"""

import math


def gain(a):
    return math.sqrt(1 / (1 + a**2))
