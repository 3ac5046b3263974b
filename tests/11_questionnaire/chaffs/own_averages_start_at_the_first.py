"""The average starts at the first gradient instead of 0.

root: q07_own_averages
band: core
advice: avg is 0 before the first gradient: the first average is half of it.
"""


def q07_own_averages():
    first, *others = my_numbers("q07", 4)
    averages = [float(first)]
    for g in others:
        averages.append(0.5 * averages[-1] + 0.5 * g)
    return averages
