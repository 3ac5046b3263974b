"""nll is given probabilities instead of log-probabilities, so the loss lies between −1 and 0.

root: cross_entropy
band: core
advice: A perfect prediction must have loss 0, a hopeless one a loss without bound.
"""


def cross_entropy(logits, target):
    return nll(log_softmax(logits).exp(), target)
