"""Only the average of gradients is debiased, so the first steps are far too long.

root: adam_step
band: core
advice: The average of squares started at 0 as well.
"""


def adam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    p -= lr * grad_avg / (1 - mom**step) / (sqr_avg.sqrt() + eps)
