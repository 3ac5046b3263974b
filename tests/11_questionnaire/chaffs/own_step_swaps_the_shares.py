"""alpha is taken for the share of the new square.

root: q11_own_step
band: core
advice: With alpha 0.75 the new square counts for a quarter.
"""


def q11_own_step():
    p, g = my_numbers("q11", 2)
    sqr_avg = 0.75 * g**2
    return [p - 0.1 * g / (math.sqrt(sqr_avg) + 1), sqr_avg]
