"""The first average is made of zeros in float32, whatever the parameter's dtype.

root: average_sqr_grad
band: robust
advice: zeros_like has shape, dtype and device of the parameter.
"""


def average_sqr_grad(p, sqr_mom, sqr_avg=None, **kwargs):
    if sqr_avg is None:
        sqr_avg = torch.zeros(p.shape)
    sqr_avg *= sqr_mom
    sqr_avg += (1 - sqr_mom) * p.grad**2
    return {"sqr_avg": sqr_avg}
