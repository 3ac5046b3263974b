"""log1p is applied to a sum that already holds the largest term, so that term counts twice.

root: logsumexp
band: core
advice: The 1 in log1p stands for one of the terms: leave that one out of the sum, or use log.
"""


def logsumexp(x, dim=-1, keepdim=False):
    m = x.amax(dim, keepdim=True)
    out = m + (x - m).exp().sum(dim, keepdim=True).log1p()
    return out if keepdim else out.squeeze(dim)
