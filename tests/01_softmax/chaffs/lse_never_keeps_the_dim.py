"""keepdim is accepted but ignored: the reduced dim is always dropped.

root: logsumexp
band: robust
advice: Compare the shapes you get with keepdim=True and keepdim=False.
"""


def logsumexp(x, dim=-1, keepdim=False):
    m = x.amax(dim, keepdim=True)
    return (m + (x - m).exp().sum(dim, keepdim=True).log()).squeeze(dim)
