"""log_probs[:, target] pairs every row with every target, so the mean runs over N×N entries.

root: nll
band: core
advice: Index with two integer arrays of equal length: the row numbers and the targets.
"""


def nll(log_probs, target):
    return -log_probs[:, target].mean()
