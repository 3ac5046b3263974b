"""eps is thought to be under the root.

root: q16_largest_rate
band: core
advice: eps stands beside the root: with no gradients only eps itself is left.
"""


def q16_largest_rate(lr, eps):
    return lr / math.sqrt(eps)
