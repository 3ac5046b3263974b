"""Convolutions are initialised and linear layers are passed over.

root: init_model_
band: core
advice: The contract names two kinds of layers.
"""

from torch import nn


def init_model_(model, a=0.0):
    for m in model.modules():
        if isinstance(m, nn.modules.conv._ConvNd):
            kaiming_uniform_(m.weight, a)
            if m.bias is not None:
                m.bias.data.zero_()
    return model
