"""The class with the lowest score is taken as the prediction.

root: accuracy
band: core
advice: A higher score means a likelier class.
"""


def accuracy(out, target):
    return (out.argmin(1) == target).float().mean()
