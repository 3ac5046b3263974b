"""The gradient is divided by the average of squares and not by its root.

root: q11_rmsprop
band: core
advice: Squares have to be undone by a root, or else the step has the wrong unit.
"""


def q11_rmsprop(p, grad, sqr_avg, lr, alpha, eps):
    sqr_avg = alpha * sqr_avg + (1 - alpha) * grad**2
    return p - lr * grad / (sqr_avg + eps), sqr_avg
