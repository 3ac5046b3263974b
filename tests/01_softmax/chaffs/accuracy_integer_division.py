"""Hits are divided by the batch size as integers, so everything short of perfect is 0.

root: accuracy
band: core
advice: Turn the comparison into floating-point numbers before taking a mean.
"""


def accuracy(out, target):
    return (out.argmax(1) == target).sum() // len(target)
