"""The maximum is subtracted before exp but not added back after log.

root: logsumexp
band: core
advice: Taking m off inside the exponentials divides the sum by eᵐ; the logarithm must be told.
"""


def logsumexp(x, dim=-1, keepdim=False):
    m = x.amax(dim, keepdim=True)
    return (x - m).exp().sum(dim, keepdim=keepdim).log()
