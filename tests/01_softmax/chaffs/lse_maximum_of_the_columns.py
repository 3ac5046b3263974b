"""The maximum is taken over the batch, column by column, instead of along each row.

root: logsumexp
band: core
advice: What is taken off must be one number per row, the same for all terms of one sum.
"""


def logsumexp(x, dim=-1, keepdim=False):
    m = x.amax(0, keepdim=True)
    out = (x - m).exp().sum(dim, keepdim=True).log() + m.amax(dim, keepdim=True)
    return out if keepdim else out.squeeze(dim)
