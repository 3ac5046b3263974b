"""A stable softmax is computed first and its logarithm taken after, so small probabilities become log 0.

root: log_softmax
band: core
advice: Stay in log space from beginning to end: never form a probability.
"""


def log_softmax(x, dim=-1):
    e = (x - x.amax(dim, keepdim=True)).exp()
    return (e / e.sum(dim, keepdim=True)).log()
