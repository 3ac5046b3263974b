"""The averages are used as they are, without being debiased.

root: adam_step
band: core
advice: Both started at 0 and are too small at first: divide each by one minus its decay to the power of the step.
"""


def adam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    p -= lr * grad_avg / (sqr_avg.sqrt() + eps)
