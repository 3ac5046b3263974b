"""The normaliser is subtracted from the input itself, so the caller's logits are changed.

root: log_softmax
band: core
advice: Make a new tensor; an input belongs to the caller.
"""


def log_softmax(x, dim=-1):
    x.data -= logsumexp(x.detach(), dim).unsqueeze(dim)
    return x - 0
