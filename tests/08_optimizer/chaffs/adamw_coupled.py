"""The decay goes through the gradient, and so through both averages: that is Adam with L2 regularisation.

root: AdamW
band: core
advice: The W is for decay that is decoupled from the gradient: weight_decay, not l2_reg.
"""


def AdamW(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5, wd=0.01):
    cbs = [l2_reg, partial(average_grad, dampening=True), average_sqr_grad, step_stat, adam_step]
    return Optimizer(params, cbs, lr=lr, mom=mom, sqr_mom=sqr_mom, eps=eps, wd=wd)
