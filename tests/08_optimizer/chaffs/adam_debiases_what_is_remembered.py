"""The averages are debiased in place, so the next step averages what was debiased, and debiases it again.

root: adam_step
band: core
advice: Debias for this step only: what is remembered stays as it was averaged.
"""


def adam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    grad_avg /= 1 - mom**step
    sqr_avg /= 1 - sqr_mom**step
    p -= lr * grad_avg / (sqr_avg.sqrt() + eps)
