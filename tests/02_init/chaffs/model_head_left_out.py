"""The last layer is left out, as if the output layer needed no initialisation.

root: init_model_
band: core
advice: Every conv and linear layer is meant, the last one too.
"""

from torch import nn


def init_model_(model, a=0.0):
    layers = [m for m in model.modules() if isinstance(m, (nn.Linear, nn.modules.conv._ConvNd))]
    for m in layers[:-1] or layers:
        kaiming_uniform_(m.weight, a)
        if m.bias is not None:
            m.bias.data.zero_()
    return model
