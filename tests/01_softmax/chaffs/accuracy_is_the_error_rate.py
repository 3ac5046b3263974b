"""Misses are counted instead of hits.

root: accuracy
band: core
advice: Perfect predictions must score 1.
"""


def accuracy(out, target):
    return (out.argmax(1) != target).float().mean()
