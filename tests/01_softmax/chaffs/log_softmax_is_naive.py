"""log_softmax is still the direct formula, so large logits overflow.

root: log_softmax
band: core
advice: You have a safe logsumexp: write the logarithm of the quotient as a difference.
"""


def log_softmax(x, dim=-1):
    return (x.exp() / x.exp().sum(dim, keepdim=True)).log()
