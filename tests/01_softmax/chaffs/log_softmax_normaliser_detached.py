"""The normaliser is detached, so the gradient does not know that raising one logit lowers the others.

root: log_softmax
band: core
advice: Both terms of the difference depend on x, and both must be seen by autograd.
"""


def log_softmax(x, dim=-1):
    return x - logsumexp(x, dim).unsqueeze(dim).detach()
