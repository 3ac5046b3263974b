"""Calls the library's function.

unit: 02_logsumexp
without walls: it passes
behind walls: forbidden
"""
import torch


def logsumexp(x):
    return torch.logsumexp(x, -1)
