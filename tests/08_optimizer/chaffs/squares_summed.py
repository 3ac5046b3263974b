"""The squares are added in full, without 1 - sqr_mom, so the average is far too large and the steps too short.

root: average_sqr_grad
band: core
advice: An average needs shares that add up to 1. One printing of the book has this slip.
"""


def average_sqr_grad(p, sqr_mom, sqr_avg=None, **kwargs):
    if sqr_avg is None:
        sqr_avg = torch.zeros_like(p)
    return {"sqr_avg": sqr_mom * sqr_avg + p.grad**2}
