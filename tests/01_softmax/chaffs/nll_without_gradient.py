"""The entries are collected as Python numbers with item(), so the loss has no gradient.

root: nll
band: core
advice: Keep to tensor operations from input to loss.
"""

import torch


def nll(log_probs, target):
    picked = [log_probs[i, int(t)].item() for i, t in enumerate(target)]
    return -torch.tensor(picked, dtype=log_probs.dtype, device=log_probs.device).mean()
