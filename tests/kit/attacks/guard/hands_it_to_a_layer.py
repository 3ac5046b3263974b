"""Has a layer call it as its activation.

unit: 02_logsumexp
without walls: it passes
behind walls: forbidden
"""
from functools import partial

import torch


def logsumexp(x):
    layer = torch.nn.TransformerEncoderLayer(4, 1, activation=partial(torch.logsumexp, dim=-1))
    return layer.activation(x)
