"""Classes are taken to be numbered from 1, so each target is looked up one place too far to the left.

root: nll
band: core
advice: Class 0 is the first column.
"""


def nll(log_probs, target):
    return -log_probs[range(len(target)), target - 1].mean()
