"""One normaliser is used for the whole tensor, so only all rows together sum to 1.

root: log_softmax
band: core
advice: Each row is a distribution of its own.
"""


def log_softmax(x, dim=-1):
    return x - logsumexp(x.reshape(-1), -1)
