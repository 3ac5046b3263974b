"""The number of hits is returned instead of their share.

root: accuracy
band: core
advice: Accuracy lies between 0 and 1.
"""


def accuracy(out, target):
    return (out.argmax(1) == target).float().sum()
