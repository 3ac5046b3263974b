"""The correction takes the power i, counted from 0, and is left out where it would divide by 0.

root: q15_unbiased
band: core
advice: After the first gradient the weight is 1 - beta, with beta to the power 1.
"""


def q15_unbiased(grads, beta):
    avg, values = 0.0, []
    for i, g in enumerate(grads):
        avg = beta * avg + (1 - beta) * g
        values.append([avg, avg / (1 - beta**i) if i else avg])
    return values
