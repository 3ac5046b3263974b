"""The exponentials are summed over the whole tensor, so every row gets the terms of all rows.

root: logsumexp
band: core
advice: Say along which dim the sum goes, as you did for the maximum.
"""


def logsumexp(x, dim=-1, keepdim=False):
    m = x.amax(dim, keepdim=keepdim)
    kept = x.amax(dim, keepdim=True)
    return m + (x - kept).exp().sum().log()
