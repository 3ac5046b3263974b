"""The example is a float64 tensor, although the question was asked of float32.

root: where_naive_fails
band: core
advice: Check the dtype of what you return.
"""

import torch


def where_naive_fails():
    return torch.tensor([1000.0, 0.0], dtype=torch.float64)
