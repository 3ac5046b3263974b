"""One maximum of the whole tensor is taken off every row, so rows far below it vanish to log 0.

root: logsumexp
band: core
advice: Try a batch with one row near 1000 and one near −1000.
"""


def logsumexp(x, dim=-1, keepdim=False):
    m = x.max()
    return m + (x - m).exp().sum(dim, keepdim=keepdim).log()
