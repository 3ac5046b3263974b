"""Biases are drawn at random like the weights, where they must be 0.

root: init_model_
band: core
advice: A bias has no fan to keep in balance: let it start at nothing.
"""

from torch import nn


def init_model_(model, a=0.0):
    for m in model.modules():
        if isinstance(m, (nn.Linear, nn.modules.conv._ConvNd)):
            kaiming_uniform_(m.weight, a)
            if m.bias is not None:
                m.bias.data.uniform_(-0.1, 0.1)
    return model
