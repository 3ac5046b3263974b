"""The mean is taken in float32 and stays so, whatever the dtype of the log-probabilities.

root: nll
band: robust
advice: Results follow their inputs: convert back, or not at all.
"""

import torch


def nll(log_probs, target):
    return -log_probs[torch.arange(len(target)), target].float().mean()
