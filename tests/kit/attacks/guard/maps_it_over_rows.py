"""Has torch.func.vmap make the call, a row at a time.

unit: 02_logsumexp
without walls: it passes
behind walls: forbidden
"""

import torch


def logsumexp(x):
    return torch.func.vmap(lambda row: torch.logsumexp(row, 0))(x)
