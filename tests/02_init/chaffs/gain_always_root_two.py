"""The slope is ignored: the gain is always that of a plain ReLU.

root: gain
band: core
advice: With a = 1 nothing is cut off: what must the gain be then?
"""

import math


def gain(a):
    return math.sqrt(2)
