"""x − logsumexp(x): where x is large, logsumexp was rounded at the size of x, and the difference shows it.

root: log_softmax
band: robust
advice: Subtract the maximum first, and the logarithm of the sum from what is left.
"""


def log_softmax(x, dim=-1):
    return x - logsumexp(x, dim, keepdim=True)
