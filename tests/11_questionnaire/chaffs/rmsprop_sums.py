"""The squares are added up without a share of 1 - alpha.

root: q11_rmsprop
band: core
advice: In an average the new term has a share of 1 - alpha.
"""


def q11_rmsprop(p, grad, sqr_avg, lr, alpha, eps):
    sqr_avg = alpha * sqr_avg + grad**2
    return p - lr * grad / (sqr_avg**0.5 + eps), sqr_avg
