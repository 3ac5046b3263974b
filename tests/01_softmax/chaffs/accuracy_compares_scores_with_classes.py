"""The largest score itself is compared with the class number; max returns values first and indices second.

root: accuracy
band: core
advice: Which class won is an index, not a score.
"""


def accuracy(out, target):
    return (out.max(1)[0].round() == target).float().mean()
