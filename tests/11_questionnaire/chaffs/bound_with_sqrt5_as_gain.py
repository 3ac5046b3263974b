"""√5 itself is taken for the gain.

root: l01_sqrt5_bound
band: core
advice: a is the slope of a leaky ReLU; the gain follows from it by a formula.
"""


def l01_sqrt5_bound(fan_in):
    return math.sqrt(5) * math.sqrt(3 / fan_in)
