"""dim is accepted but not passed on: the last dim is always normalised.

root: log_softmax
band: robust
advice: Try dim=0 on a 2×3 tensor and sum the exponentials of each column.
"""


def log_softmax(x, dim=-1):
    return x - logsumexp(x, -1).unsqueeze(-1)
