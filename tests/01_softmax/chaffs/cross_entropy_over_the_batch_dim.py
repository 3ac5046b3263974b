"""The log-softmax is taken over the batch instead of over the classes.

root: cross_entropy
band: core
advice: The classes are the last dim of the logits.
"""


def cross_entropy(logits, target):
    z = logits - logits.detach().amax(0, keepdim=True)
    return nll(z - z.exp().sum(0, keepdim=True).log(), target)
