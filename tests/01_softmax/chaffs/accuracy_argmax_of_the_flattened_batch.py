"""argmax without a dim looks for the one largest score of the whole batch.

root: accuracy
band: core
advice: Say along which dim the best class is sought.
"""


def accuracy(out, target):
    return (out.argmax() % out.shape[1] == target).float().mean()
