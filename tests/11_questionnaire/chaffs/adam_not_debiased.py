"""Neither average is debiased.

root: q14_adam
band: core
advice: Both averages start at 0 and are too small at first: divide each by the weight it has had so far.
"""


def q14_adam(p, grad, avg, sqr_avg, i, lr, beta1, beta2, eps):
    avg = beta1 * avg + (1 - beta1) * grad
    sqr_avg = beta2 * sqr_avg + (1 - beta2) * grad**2
    unbias_avg = avg
    unbias_sqr = sqr_avg
    return p - lr * unbias_avg / (unbias_sqr**0.5 + eps), avg, sqr_avg
