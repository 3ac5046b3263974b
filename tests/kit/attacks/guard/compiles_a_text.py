"""Compiles the call by a CompilationUnit of TorchScript.

unit: 02_logsumexp
without walls: it passes
behind walls: forbidden
"""
import torch

unit = torch.jit.CompilationUnit("def f(x):\n    return torch.logsumexp(x, [-1])\n")


def logsumexp(x):
    return unit.f(x)
