"""The probabilities of the right classes are averaged first and the logarithm taken of the average.

root: cross_entropy
band: core
advice: Mean of logs and log of means differ: take the logarithm for each item.
"""


def cross_entropy(logits, target):
    picked = log_softmax(logits)[range(len(target)), target]
    return -picked.exp().mean().log()
