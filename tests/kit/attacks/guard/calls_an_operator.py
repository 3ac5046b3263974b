"""Calls the operator beneath the function.

unit: 02_logsumexp
without walls: it passes
behind walls: forbidden
"""
import torch


def logsumexp(x):
    return torch.ops.aten.logsumexp.default(x, [-1])
