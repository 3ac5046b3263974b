"""The logits go to nll as they are, without log_softmax.

root: cross_entropy
band: core
advice: nll expects log-probabilities: which function turns logits into these?
"""


def cross_entropy(logits, target):
    return nll(logits, target)
