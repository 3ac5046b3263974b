"""Above the threshold the step is Adam's, without the factor r.

root: radam_step
band: stretch
advice: Leaving out the denominator at first is half of the method. The factor is the other half.
"""


def radam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    unbiased_avg = grad_avg / (1 - mom**step)
    rho = 2 / (1 - sqr_mom) - 1 - 2 * step * sqr_mom**step / (1 - sqr_mom**step)
    if rho > 5:
        unbiased_sqr = sqr_avg / (1 - sqr_mom**step)
        p -= lr * unbiased_avg / (unbiased_sqr.sqrt() + eps)
    else:
        p -= lr * unbiased_avg
