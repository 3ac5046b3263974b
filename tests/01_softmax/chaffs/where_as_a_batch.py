"""The example is a batch of one row (2-D), although one plain vector was asked for.

root: where_naive_fails
band: core
advice: Check the number of dims of what you return.
"""

import torch


def where_naive_fails():
    return torch.tensor([[1000.0, 0.0]])
