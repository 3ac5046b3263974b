"""The log-probabilities are detached before the look-up, so the loss cannot train anything.

root: cross_entropy
band: core
advice: A loss is there for its gradient: nothing on its path may be detached.
"""


def cross_entropy(logits, target):
    return nll(log_softmax(logits).detach(), target)
