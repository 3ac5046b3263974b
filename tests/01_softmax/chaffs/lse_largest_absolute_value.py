"""The largest absolute value is taken off instead of the largest value, which pushes negative rows into underflow.

root: logsumexp
band: core
advice: Try a row of equal, very negative logits: what must be left after the subtraction?
"""


def logsumexp(x, dim=-1, keepdim=False):
    m = x.abs().amax(dim, keepdim=True)
    out = m + (x - m).exp().sum(dim, keepdim=True).log()
    return out if keepdim else out.squeeze(dim)
