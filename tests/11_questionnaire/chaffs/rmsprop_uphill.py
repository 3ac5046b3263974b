"""The step is added.

root: q11_rmsprop
band: core
advice: The gradient points up: subtract the step.
"""


def q11_rmsprop(p, grad, sqr_avg, lr, alpha, eps):
    sqr_avg = alpha * sqr_avg + (1 - alpha) * grad**2
    return p + lr * grad / (sqr_avg**0.5 + eps), sqr_avg
