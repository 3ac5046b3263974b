"""The losses of the batch are summed instead of averaged, so the loss grows with the batch size.

root: nll
band: core
advice: The same batch twice over must have the same loss.
"""


def nll(log_probs, target):
    return -log_probs[range(len(target)), target].sum()
