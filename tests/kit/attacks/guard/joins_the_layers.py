"""Puts a function into the module of a layer, compiled under that file's name, and has it call scipy.

unit: 02_logsumexp
without walls: it passes
behind walls: forbidden
"""

import torch
from torch.nn.modules import linear

code = "from scipy.special import logsumexp\ndef theirs(x):\n    return logsumexp(x.numpy(), axis=-1)\n"
names = {"__name__": linear.__name__}
exec(compile(code, linear.__file__, "exec"), names)
linear.theirs = names["theirs"]


def logsumexp(x):
    return torch.as_tensor(linear.theirs(x.detach()))
