"""The logarithm is forgotten: the maximum is added to the plain sum of exponentials.

root: logsumexp
band: core
advice: For a row with one entry the result must be that entry.
"""


def logsumexp(x, dim=-1, keepdim=False):
    m = x.amax(dim, keepdim=True)
    out = m + (x - m).exp().sum(dim, keepdim=True)
    return out if keepdim else out.squeeze(dim)
