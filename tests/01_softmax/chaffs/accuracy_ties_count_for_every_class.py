"""A row counts whenever the right class has the largest score, also when another class has the same.

root: accuracy
band: core
advice: A row predicts one class: which index does argmax give?
"""

import torch


def accuracy(out, target):
    return (out[torch.arange(len(target)), target] == out.amax(-1)).float().mean()
