"""sqr_mom is 0.999 and eps 1e-8 if nobody says otherwise, which are the paper's defaults.

root: Adam
band: core
advice: The defaults here are those of the handout.
"""


def Adam(params, lr, mom=0.9, sqr_mom=0.999, eps=1e-8):
    cbs = [partial(average_grad, dampening=True), average_sqr_grad, step_stat, adam_step]
    return Optimizer(params, cbs, lr=lr, mom=mom, sqr_mom=sqr_mom, eps=eps)
