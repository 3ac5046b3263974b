"""The reduced dim is always kept with size 1, because broadcasting needs it inside.

root: logsumexp
band: core
advice: Look at the shape that comes out: by default the reduced dim must be gone.
"""


def logsumexp(x, dim=-1, keepdim=False):
    m = x.amax(dim, keepdim=True)
    return m + (x - m).exp().sum(dim, keepdim=True).log()
