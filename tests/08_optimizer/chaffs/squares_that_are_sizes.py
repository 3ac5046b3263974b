"""The absolute value of the gradient is averaged, not its square.

root: average_sqr_grad
band: core
advice: The root that is taken later undoes a square: the square is what has to be averaged.
"""


def average_sqr_grad(p, sqr_mom, sqr_avg=None, **kwargs):
    if sqr_avg is None:
        sqr_avg = torch.zeros_like(p)
    return {"sqr_avg": sqr_mom * sqr_avg + (1 - sqr_mom) * p.grad.abs()}
