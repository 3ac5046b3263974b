"""eps is added under the root.

root: q11_rmsprop
band: core
advice: Take the root first, then add eps.
"""


def q11_rmsprop(p, grad, sqr_avg, lr, alpha, eps):
    sqr_avg = alpha * sqr_avg + (1 - alpha) * grad**2
    return p - lr * grad / (sqr_avg + eps) ** 0.5, sqr_avg
