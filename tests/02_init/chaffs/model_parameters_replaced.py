"""Each layer gets new parameter objects, so an optimizer made before still holds the old ones.

root: init_model_
band: robust
advice: Write into the parameters that are there; the underscore promises it.
"""

import torch
from torch import nn


def init_model_(model, a=0.0):
    for m in model.modules():
        if isinstance(m, (nn.Linear, nn.modules.conv._ConvNd)):
            m.weight = nn.Parameter(kaiming_uniform_(torch.empty_like(m.weight.data), a))
            if m.bias is not None:
                m.bias = nn.Parameter(torch.zeros_like(m.bias.data))
    return model
