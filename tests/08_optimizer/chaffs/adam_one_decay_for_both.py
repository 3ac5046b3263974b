"""Both averages are debiased with mom.

root: adam_step
band: core
advice: The average of squares decays with sqr_mom: debias it with that.
"""


def adam_step(p, lr, mom, sqr_mom, eps, step, grad_avg, sqr_avg, **kwargs):
    debias = 1 - mom**step
    p -= lr * (grad_avg / debias) / ((sqr_avg / debias).sqrt() + eps)
