""" "dim or −1" is used to fill in the default, and so dim=0 is taken for "not given".

root: logsumexp
band: robust
advice: 0 is a valid dim and yet false: ask for None, or let the signature hold the default.
"""


def logsumexp(x, dim=-1, keepdim=False):
    dim = dim or -1
    m = x.amax(dim, keepdim=True)
    out = m + (x - m).exp().sum(dim, keepdim=True).log()
    return out if keepdim else out.squeeze(dim)
