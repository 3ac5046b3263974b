"""eps is added under the root, as the chapter's prose has it.

root: q14_adam
band: core
advice: eps stands beside the root: take the root first.
"""


def q14_adam(p, grad, avg, sqr_avg, i, lr, beta1, beta2, eps):
    avg = beta1 * avg + (1 - beta1) * grad
    sqr_avg = beta2 * sqr_avg + (1 - beta2) * grad**2
    unbias_avg = avg / (1 - beta1 ** (i + 1))
    unbias_sqr = sqr_avg / (1 - beta2 ** (i + 1))
    return p - lr * unbias_avg / (unbias_sqr + eps) ** 0.5, avg, sqr_avg
