"""The average of squares starts at the first square, not at 0.

root: average_sqr_grad
band: core
advice: Adam divides by 1 - sqr_mom^step because the average started at 0. The first square has its share, too.
"""


def average_sqr_grad(p, sqr_mom, sqr_avg=None, **kwargs):
    if sqr_avg is None:
        return {"sqr_avg": p.grad**2}
    return {"sqr_avg": sqr_mom * sqr_avg + (1 - sqr_mom) * p.grad**2}
