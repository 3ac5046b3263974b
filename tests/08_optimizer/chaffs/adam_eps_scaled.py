"""eps is added before the average of squares is debiased, so it is much larger in the first steps.

root: adam_step
band: core
advice: Debias, take the root, and add eps last.
"""


def adam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    size = lr * math.sqrt(1 - sqr_mom**step) / (1 - mom**step)
    p -= size * grad_avg / (sqr_avg.sqrt() + eps)
