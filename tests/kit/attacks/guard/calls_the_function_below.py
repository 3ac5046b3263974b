"""Takes the function out of torch's own list of them.

unit: 02_logsumexp
without walls: it passes
behind walls: forbidden
"""
import torch


def logsumexp(x):
    return torch._C._VariableFunctions.logsumexp(x, -1)
