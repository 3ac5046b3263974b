"""Has numpy reduce by logaddexp.

unit: 02_logsumexp
without walls: it passes
behind walls: forbidden
"""
import numpy as np
import torch


def logsumexp(x):
    return torch.from_numpy(np.logaddexp.reduce(x.detach().numpy(), axis=-1))
