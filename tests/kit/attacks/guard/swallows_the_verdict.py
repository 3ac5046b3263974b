"""Catches the guard's exception, and returns the value all the same.

unit: 02_logsumexp
without walls: it passes
behind walls: forbidden
"""
import torch


def logsumexp(x):
    try:
        return torch.logsumexp(x, -1)
    except BaseException:
        top = x.amax(-1, keepdim=True)
        return ((x - top).exp().sum(-1, keepdim=True).log() + top).squeeze(-1)
