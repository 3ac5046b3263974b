"""Calls the library's function by a partial of another name for it.

unit: 02_logsumexp
without walls: it passes
behind walls: forbidden
"""
from functools import partial

from torch import logsumexp as mine

helper = partial(mine, dim=-1)


def logsumexp(x):
    return helper(x)
