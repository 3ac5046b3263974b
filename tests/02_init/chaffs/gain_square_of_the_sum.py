"""The sum is squared, (1 + a)², where 1 + a² was meant.

root: gain
band: core
advice: At a = 1 the gain is 1: which of the two gives that?
"""

import math


def gain(a):
    return math.sqrt(2) / (1 + a)
