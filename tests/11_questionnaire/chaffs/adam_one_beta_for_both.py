"""beta1 is used for the average of squares as well.

root: q14_adam
band: core
advice: Each average has a beta of its own, in the average and in its correction.
"""


def q14_adam(p, grad, avg, sqr_avg, i, lr, beta1, beta2, eps):
    avg = beta1 * avg + (1 - beta1) * grad
    sqr_avg = beta1 * sqr_avg + (1 - beta1) * grad**2
    unbias_avg = avg / (1 - beta1 ** (i + 1))
    unbias_sqr = sqr_avg / (1 - beta1 ** (i + 1))
    return p - lr * unbias_avg / (unbias_sqr**0.5 + eps), avg, sqr_avg
