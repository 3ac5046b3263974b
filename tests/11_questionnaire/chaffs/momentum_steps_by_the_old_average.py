"""The step is by the average as it was before this gradient.

root: q07_momentum
band: core
advice: First bring the average up to date, then step by it.
"""


def q07_momentum(p, grad, avg, lr, beta):
    return p - lr * avg, beta * avg + (1 - beta) * grad
