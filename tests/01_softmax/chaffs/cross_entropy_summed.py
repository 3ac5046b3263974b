"""The mean is multiplied by the batch size again, so loss and gradient grow with the batch.

root: cross_entropy
band: core
advice: Copying the batch twice over must change neither the loss nor the size of a step.
"""


def cross_entropy(logits, target):
    return nll(log_softmax(logits), target) * len(target)
