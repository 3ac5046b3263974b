"""eps is 1e-8 if nobody says otherwise, which is torch's default.

root: RMSProp
band: core
advice: The defaults here are those of the handout.
"""


def RMSProp(params, lr, sqr_mom=0.99, eps=1e-8):
    return Optimizer(params, [average_sqr_grad, rms_prop_step], lr=lr, sqr_mom=sqr_mom, eps=eps)
