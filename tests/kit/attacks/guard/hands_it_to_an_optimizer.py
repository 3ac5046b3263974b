"""Has an optimiser call a partial of it, for optimisers may call anything.

unit: 02_logsumexp
without walls: it passes
behind walls: forbidden
"""
from functools import partial

import torch

optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.0)


def logsumexp(x):
    return optimizer.step(partial(torch.logsumexp, x, -1))
