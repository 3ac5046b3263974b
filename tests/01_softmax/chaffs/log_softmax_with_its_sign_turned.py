"""The difference is written the wrong way round: logsumexp(x) − x, which is the loss and not the log-probability.

root: log_softmax
band: core
advice: A log-probability is at most 0, and the largest logit has the largest one.
"""


def log_softmax(x, dim=-1):
    return logsumexp(x, dim).unsqueeze(dim) - x
