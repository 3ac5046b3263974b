"""The maximum is put back with [:, None], which fits a batch of rows and no other number of dims.

root: logsumexp
band: robust
advice: Keep the reduced dim while you compute, so that broadcasting works for any shape.
"""


def logsumexp(x, dim=-1, keepdim=False):
    if dim not in (-1, 1):
        return logsumexp(x.transpose(dim, -1), -1, keepdim)
    m = x.max(-1)[0]
    out = m + (x - m[:, None]).exp().sum(-1).log()
    return out[:, None] if keepdim else out
