"""The loss is measured against the model's own best class, not against the target.

root: cross_entropy
band: core
advice: Ask which of the two arguments says what the right class is.
"""


def cross_entropy(logits, target):
    return nll(log_softmax(logits), logits.argmax(1))
