"""Every caller gets the same tensor, and what one of them writes into it, all others see.

root: where_naive_fails
band: robust
advice: Make the tensor within the function.
"""

import torch

EXAMPLE = torch.tensor([100.0, 0.0])


def where_naive_fails():
    return EXAMPLE
