"""The debiased averages are returned, and so are debiased again at the next step.

root: q14_adam
band: core
advice: Debias for the step only: what is remembered is the plain average.
"""


def q14_adam(p, grad, avg, sqr_avg, i, lr, beta1, beta2, eps):
    avg = beta1 * avg + (1 - beta1) * grad
    sqr_avg = beta2 * sqr_avg + (1 - beta2) * grad**2
    unbias_avg = avg / (1 - beta1 ** (i + 1))
    unbias_sqr = sqr_avg / (1 - beta2 ** (i + 1))
    return p - lr * unbias_avg / (unbias_sqr**0.5 + eps), unbias_avg, unbias_sqr
