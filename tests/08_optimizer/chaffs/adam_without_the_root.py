"""The step is divided by the average of squares itself, without the root.

root: adam_step
band: core
advice: A gradient divided by its typical size has size 1. The typical size is the root of the mean square.
"""


def adam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    unbiased_avg = grad_avg / (1 - mom**step)
    unbiased_sqr = sqr_avg / (1 - sqr_mom**step)
    p -= lr * unbiased_avg / (unbiased_sqr + eps)
