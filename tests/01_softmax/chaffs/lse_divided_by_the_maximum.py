"""The logits are divided by their maximum instead of shifted by it.

root: logsumexp
band: core
advice: Exponents turn factors into differences: which operation on x divides every exponential by the same number?
"""


def logsumexp(x, dim=-1, keepdim=False):
    m = x.amax(dim, keepdim=True)
    out = m * (x / m).exp().sum(dim, keepdim=True).log()
    return out if keepdim else out.squeeze(dim)
