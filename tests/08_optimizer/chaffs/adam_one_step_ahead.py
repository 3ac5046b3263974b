"""The power is step + 1, though the step counts from 1 already.

root: adam_step
band: core
advice: The i + 1 of the book is for an i that counts from 0. Here the first step is 1.
"""


def adam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    unbiased_avg = grad_avg / (1 - mom ** (step + 1))
    unbiased_sqr = sqr_avg / (1 - sqr_mom ** (step + 1))
    p -= lr * unbiased_avg / (unbiased_sqr.sqrt() + eps)
