"""-inf is turned into a large number, so that a class held impossible costs a finite loss.

root: nll
band: robust
advice: What was held impossible has happened: no finite loss is large enough. Leave -inf alone.
"""

import torch


def nll(log_probs, target):
    return -log_probs[torch.arange(len(target)), target].nan_to_num().mean()
