"""Predictions keep a dim of size 1 and are broadcast against the targets, so every item is compared with every target.

root: accuracy
band: core
advice: Compare the shapes on both sides of ==.
"""


def accuracy(out, target):
    return (out.argmax(1, keepdim=True) == target).float().mean()
