"""Compiles the call under the file name of one of the library's layers.

unit: 02_logsumexp
without walls: it passes
behind walls: forbidden
"""
import os

import torch

file = os.path.join(os.path.dirname(torch.__file__), "nn", "modules", "mine.py")
exec(compile("def theirs(x):\n    return torch.logsumexp(x, -1)", file, "exec"))


def logsumexp(x):
    return theirs(x)
