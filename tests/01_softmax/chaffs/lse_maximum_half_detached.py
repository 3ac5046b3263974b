"""The maximum is a constant where it is taken off but not where it is added back, so the largest entry gets 1 too much gradient.

root: logsumexp
band: robust
advice: The two occurrences of the maximum cancel: treat both alike.
"""


def logsumexp(x, dim=-1, keepdim=False):
    m = x.amax(dim, keepdim=True)
    out = m + (x - m.detach()).exp().sum(dim, keepdim=True).log()
    return out if keepdim else out.squeeze(dim)
