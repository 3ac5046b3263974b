"""Only the maximum is subtracted, so the probabilities do not sum to 1.

root: log_softmax
band: core
advice: Taking the maximum off is the safety device; the normaliser is the whole logsumexp.
"""


def log_softmax(x, dim=-1):
    return x - x.amax(dim, keepdim=True)
