"""The maximum is added back to the sum, inside the logarithm, where it belongs outside.

root: logsumexp
band: core
advice: Derive log(eᵐ·s) once more on paper: which operation is left between the two parts?
"""


def logsumexp(x, dim=-1, keepdim=False):
    m = x.amax(dim, keepdim=True)
    out = ((x - m).exp().sum(dim, keepdim=True) + m).log()
    return out if keepdim else out.squeeze(dim)
