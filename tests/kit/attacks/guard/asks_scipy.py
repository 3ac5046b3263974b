"""Has scipy do the work.

unit: 02_logsumexp
without walls: it passes
behind walls: forbidden
"""
import torch
from scipy.special import logsumexp as theirs


def logsumexp(x):
    return torch.as_tensor(theirs(x.detach().numpy(), axis=-1))
