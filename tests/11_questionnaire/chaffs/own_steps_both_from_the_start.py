"""The second step starts from the first p again instead of going on from the new one.

root: q01_own_steps
band: core
advice: A step starts where the last one ended.
"""


def q01_own_steps():
    p, g1, g2 = my_numbers("q01", 3)
    return [p - 0.1 * g1, p - 0.1 * g2]
