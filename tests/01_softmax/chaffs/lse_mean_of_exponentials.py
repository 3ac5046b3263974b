"""The exponentials are averaged instead of summed, so the result is too low by log n.

root: logsumexp
band: core
advice: The name says it: log of a sum. Two zeros must give log 2.
"""


def logsumexp(x, dim=-1, keepdim=False):
    m = x.amax(dim, keepdim=True)
    out = m + (x - m).exp().mean(dim, keepdim=True).log()
    return out if keepdim else out.squeeze(dim)
