"""nll negates already and the result is negated once more.

root: cross_entropy
band: core
advice: Cross-entropy is never negative.
"""


def cross_entropy(logits, target):
    return -nll(log_softmax(logits), target)
