"""Hits are divided by the number of all scores instead of the number of items.

root: accuracy
band: core
advice: Accuracy is a share of the items: divide by the length of the target.
"""


def accuracy(out, target):
    return (out.argmax(1) == target).float().sum() / out.numel()
