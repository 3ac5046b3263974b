"""The second step starts from the first p again instead of going on from the new one.

root: q01_own_steps
band: core
advice: A step starts where the last one ended.
"""


def q01_own_steps():
    p, *gradients = my_numbers("q01", 4)
    return [p - 0.1 * g for g in gradients]
