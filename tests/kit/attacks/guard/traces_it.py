"""Compiles the call by torch.jit.trace while the module is imported.

unit: 02_logsumexp
without walls: it passes
behind walls: forbidden
"""
import torch

traced = torch.jit.trace(lambda x: torch.logsumexp(x, -1), torch.ones(2, 3), check_trace=False)


def logsumexp(x):
    return traced(x)
