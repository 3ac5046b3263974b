"""An empty list of gradients makes it fail.

root: q15_unbiased
band: robust
advice: No gradients, no averages: return an empty list.
"""


def q15_unbiased(grads, beta):
    avg = (1 - beta) * grads[0]
    values = [[avg, avg / (1 - beta)]]
    for i, g in enumerate(grads[1:]):
        avg = beta * avg + (1 - beta) * g
        values.append([avg, avg / (1 - beta ** (i + 2))])
    return values
