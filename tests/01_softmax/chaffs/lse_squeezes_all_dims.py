"""squeeze() without a dim removes every dim of size 1, not only the one that was reduced.

root: logsumexp
band: robust
advice: Try a batch of one row: name the dim to be removed.
"""


def logsumexp(x, dim=-1, keepdim=False):
    m = x.amax(dim, keepdim=True)
    out = m + (x - m).exp().sum(dim, keepdim=True).log()
    return out if keepdim else out.squeeze()
