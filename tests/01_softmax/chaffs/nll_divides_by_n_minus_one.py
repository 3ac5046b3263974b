"""The sum is divided by N − 1, as for a sample variance.

root: nll
band: core
advice: A loss is a plain mean; try a batch of one item.
"""


def nll(log_probs, target):
    return -log_probs[range(len(target)), target].sum() / (len(target) - 1)
