"""The example that breaks the formula is itself infinite, so it shows nothing about finite logits.

root: where_naive_fails
band: core
advice: Every entry must be an ordinary finite number; only the exponentials on the way may overflow.
"""

import torch


def where_naive_fails():
    return torch.tensor([float("inf"), 0.0])
