"""The loss is built on the naive log-softmax, so one confident logit makes it nan.

root: cross_entropy
band: core
advice: Use the stable function; the naive one is there to be broken.
"""


def cross_entropy(logits, target):
    return nll(naive_log_softmax(logits), target)
