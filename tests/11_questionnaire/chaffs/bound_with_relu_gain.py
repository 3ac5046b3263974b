"""The gain is the one of ReLU, as if a were 0.

root: l01_sqrt5_bound
band: core
advice: The gain depends on a: the root of 2 / (1 + a²).
"""


def l01_sqrt5_bound(fan_in):
    return math.sqrt(6 / fan_in)
