"""The weights decay after the step, so the step just made is shrunk as well.

root: AdamW
band: core
advice: Shrink, then step: the decay comes before adam_step.
"""


def AdamW(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5, wd=0.01):
    cbs = [partial(average_grad, dampening=True), average_sqr_grad, step_stat, adam_step, weight_decay]
    return Optimizer(params, cbs, lr=lr, mom=mom, sqr_mom=sqr_mom, eps=eps, wd=wd)
