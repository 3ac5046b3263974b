"""The whole gradient is added to the average, as the chapter's code does it later.

root: q07_momentum
band: core
advice: In the equation that is asked for the gradient has a share of 1 - beta only.
"""


def q07_momentum(p, grad, avg, lr, beta):
    avg = beta * avg + grad
    return p - lr * avg, avg
