"""The average is multiplied by the correction instead of divided.

root: q15_unbiased
band: core
advice: A debiased average is larger than the plain one: divide by the weight.
"""


def q15_unbiased(grads, beta):
    avg, values = 0.0, []
    for i, g in enumerate(grads):
        avg = beta * avg + (1 - beta) * g
        values.append([avg, avg * (1 - beta ** (i + 1))])
    return values
