"""The two indices are in the wrong order: the targets pick rows and the row numbers pick columns.

root: nll
band: core
advice: The first dim of log_probs counts items, the second classes.
"""

import torch


def nll(log_probs, target):
    n, c = log_probs.shape
    return -log_probs[target % n, torch.arange(n) % c].mean()
