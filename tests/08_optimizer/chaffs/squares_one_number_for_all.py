"""The squares are averaged over the whole tensor, so all entries are divided by the same number.

root: average_sqr_grad
band: core
advice: Each entry has a size of its own: average over the steps, not over the entries.
"""


def average_sqr_grad(p, sqr_mom, sqr_avg=None, **kwargs):
    if sqr_avg is None:
        sqr_avg = torch.zeros_like(p)
    return {"sqr_avg": sqr_mom * sqr_avg + (1 - sqr_mom) * (p.grad**2).mean()}
