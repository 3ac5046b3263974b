"""The entries are picked by multiplying with a one-hot matrix, where 0 · (−inf) is nan for a class of probability 0.

root: nll
band: core
advice: Look the entries up by an integer index: what is not picked must not be touched.
"""

import torch


def nll(log_probs, target):
    one_hot = torch.eye(log_probs.shape[1], dtype=log_probs.dtype, device=log_probs.device)[target]
    return -(one_hot * log_probs).sum(1).mean()
