"""The factor of rectification is left out.

root: f1_recent
band: stretch
advice: Above the threshold the step is Adam's times a factor that grows to 1.
"""


def f1_recent(p, grad, avg, sqr_avg, i, lr, beta1, beta2, eps):
    t = i + 1
    avg = beta1 * avg + (1 - beta1) * grad
    sqr_avg = beta2 * sqr_avg + (1 - beta2) * grad**2
    unbias_avg = avg / (1 - beta1**t)
    top = 2 / (1 - beta2) - 1
    rho = top - 2 * t * beta2**t / (1 - beta2**t)
    if rho <= 5:
        return p - lr * unbias_avg, avg, sqr_avg
    r = math.sqrt((rho - 4) * (rho - 2) * top / ((top - 4) * (top - 2) * rho))
    return p - lr * unbias_avg / ((sqr_avg / (1 - beta2**t)) ** 0.5 + eps), avg, sqr_avg
