"""The generator is seeded before each layer, so all layers start with the same numbers.

root: init_model_
band: core
advice: Seeding is the caller's business: layers of one shape must not start out equal.
"""

import torch
from torch import nn


def init_model_(model, a=0.0):
    for m in model.modules():
        if isinstance(m, (nn.Linear, nn.modules.conv._ConvNd)):
            torch.manual_seed(0)
            kaiming_uniform_(m.weight, a)
            if m.bias is not None:
                m.bias.data.zero_()
    return model
