"""Rectified Adam is put together with an average of gradients that is not dampened.

root: RAdam
band: stretch
advice: radam_step wants both averages dampened, as adam_step does.
"""


def RAdam(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5):
    return Optimizer(
        params,
        [average_grad, average_sqr_grad, step_stat, radam_step],
        lr=lr,
        mom=mom,
        sqr_mom=sqr_mom,
        eps=eps,
    )
