"""eps is added to the root of the average before that is debiased.

root: q14_adam
band: core
advice: Debias the average of squares, take its root, add eps: in this order.
"""


def q14_adam(p, grad, avg, sqr_avg, i, lr, beta1, beta2, eps):
    avg = beta1 * avg + (1 - beta1) * grad
    sqr_avg = beta2 * sqr_avg + (1 - beta2) * grad**2
    unbias_avg = avg / (1 - beta1 ** (i + 1))
    root = (sqr_avg**0.5 + eps) / (1 - beta2 ** (i + 1)) ** 0.5
    return p - lr * unbias_avg / root, avg, sqr_avg
