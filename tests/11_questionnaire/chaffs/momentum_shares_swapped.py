"""beta is the share of the new gradient and 1 - beta that of the average.

root: q07_momentum
band: core
advice: With beta 0.9 the average changes slowly: beta belongs to the old average.
"""


def q07_momentum(p, grad, avg, lr, beta):
    avg = (1 - beta) * avg + beta * grad
    return p - lr * avg, avg
