"""Adam's callbacks carry their hyper-parameters, so those that are written into `hypers` later change nothing.

root: Adam
band: core
advice: partial is for what never changes. Hyper-parameters belong into `hypers`, where a schedule finds them.
"""


def Adam(params, lr, mom=0.9, sqr_mom=0.99, eps=1e-5):
    def step(p, **known):
        known.update(lr=lr, mom=mom, sqr_mom=sqr_mom, eps=eps)
        adam_step(p, **known)

    return Optimizer(params, [*_averages(), step], lr=lr, mom=mom, sqr_mom=sqr_mom, eps=eps)
