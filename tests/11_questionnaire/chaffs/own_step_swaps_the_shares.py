"""alpha is taken for the share of the new square.

root: q11_own_step
band: core
advice: With alpha 0.75 the new square counts for a quarter.
"""


def q11_own_step():
    p, *gradients = my_numbers("q11", 4)
    sqr_avg, steps = 0.0, []
    for g in gradients:
        sqr_avg = 0.25 * sqr_avg + 0.75 * g**2
        p -= 0.1 * g / (math.sqrt(sqr_avg) + 1)
        steps.append([p, sqr_avg])
    return steps
