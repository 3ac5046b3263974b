"""The debiased average is the one that the next step starts from.

root: q15_unbiased
band: core
advice: w.avg goes on from w.avg: the correction is not remembered.
"""


def q15_unbiased(grads, beta):
    avg, values = 0.0, []
    for i, g in enumerate(grads):
        new = beta * avg + (1 - beta) * g
        avg = new / (1 - beta ** (i + 1))
        values.append([new, avg])
    return values
