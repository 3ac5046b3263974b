"""The minimum is taken off instead of the maximum, so the largest term can still overflow.

root: logsumexp
band: core
advice: After the shift no exponent may be above 0.
"""


def logsumexp(x, dim=-1, keepdim=False):
    m = x.amin(dim, keepdim=True)
    out = m + (x - m).exp().sum(dim, keepdim=True).log()
    return out if keepdim else out.squeeze(dim)
