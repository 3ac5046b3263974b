"""Lion's sign is taken of the average that is kept, so that beta1 is never used.

root: f1_recent
band: stretch
advice: Lion mixes twice: with beta1 for the step, with beta2 for the average that it keeps.
"""


def f1_recent(p, grad, avg, sqr_avg, i, lr, beta1, beta2, eps):
    avg = beta2 * avg + (1 - beta2) * grad
    return p - lr * avg.sign(), avg, sqr_avg
