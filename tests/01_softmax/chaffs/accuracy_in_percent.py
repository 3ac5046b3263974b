"""The share is multiplied by 100.

root: accuracy
band: core
advice: Accuracy lies between 0 and 1.
"""


def accuracy(out, target):
    return (out.argmax(1) == target).float().mean() * 100
