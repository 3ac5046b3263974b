"""eps is added before the root is taken, where it acts as the root of itself.

root: adam_step
band: core
advice: Take the root first, then add eps.
"""


def adam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    unbiased_avg = grad_avg / (1 - mom**step)
    unbiased_sqr = sqr_avg / (1 - sqr_mom**step)
    p -= lr * unbiased_avg / (unbiased_sqr + eps).sqrt()
