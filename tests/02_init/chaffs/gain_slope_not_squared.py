"""The slope enters as a, where its square belongs.

root: gain
band: core
advice: The negative half passes a·x: by which factor does that multiply the mean square?
"""

import math


def gain(a):
    return math.sqrt(2 / (1 + a))
