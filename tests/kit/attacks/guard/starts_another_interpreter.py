"""Starts another interpreter, where no hook of this one is.

unit: 02_logsumexp
without walls: it passes
behind walls: forbidden, error
spoils: all
"""

import torch

try:
    import _xxsubinterpreters as interpreters

    other = interpreters.create()
    interpreters.run_string(other, "import math")
    interpreters.destroy(other)
except ImportError:
    pass


def logsumexp(x):
    return torch.logsumexp(x, -1)
