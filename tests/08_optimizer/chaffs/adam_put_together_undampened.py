"""Adam is put together with an average that is not dampened, so debiasing makes it too large by 1 / (1 - mom).

root: Adam
band: core
advice: adam_step wants both averages dampened: say so to average_grad.
"""


def Adam(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5):
    cbs = [average_grad, average_sqr_grad, step_stat, adam_step]
    return Optimizer(params, cbs, lr=lr, mom=mom, sqr_mom=sqr_mom, eps=eps)
