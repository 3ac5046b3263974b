"""Only the average of squares is debiased, so the first steps are too short.

root: adam_step
band: core
advice: The average of gradients started at 0 as well.
"""


def adam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    p -= lr * grad_avg / ((sqr_avg / (1 - sqr_mom**step)).sqrt() + eps)
