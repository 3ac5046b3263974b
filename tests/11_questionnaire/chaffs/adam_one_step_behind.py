"""It is debiased with the power i, which would divide by 0 at the first step and is left out there.

root: q14_adam
band: core
advice: i counts from 0: at the first step the power is 1.
"""


def q14_adam(p, grad, avg, sqr_avg, i, lr, beta1, beta2, eps):
    avg = beta1 * avg + (1 - beta1) * grad
    sqr_avg = beta2 * sqr_avg + (1 - beta2) * grad**2
    unbias_avg = avg / (1 - beta1**i) if i else avg
    unbias_sqr = sqr_avg / (1 - beta2**i) if i else sqr_avg
    return p - lr * unbias_avg / (unbias_sqr**0.5 + eps), avg, sqr_avg
