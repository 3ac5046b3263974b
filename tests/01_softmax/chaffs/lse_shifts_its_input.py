"""The maximum is subtracted in place, so the caller's logits are changed.

root: logsumexp
band: core
advice: Make a new tensor; an input belongs to the caller.
"""


def logsumexp(x, dim=-1, keepdim=False):
    m = x.detach().amax(dim, keepdim=True)
    x.data -= m
    out = m + x.exp().sum(dim, keepdim=True).log()
    return out if keepdim else out.squeeze(dim)
