"""Normalisation layers are set back to weight 1 and bias 0 along with the rest.

root: init_model_
band: core
advice: Conv and linear layers only: nothing else may change.
"""

from torch import nn


def init_model_(model, a=0.0):
    for m in model.modules():
        if isinstance(m, (nn.Linear, nn.modules.conv._ConvNd)):
            kaiming_uniform_(m.weight, a)
        elif getattr(m, "weight", None) is not None and m.weight.dim() == 1:
            m.weight.data.fill_(1)
        else:
            continue
        if getattr(m, "bias", None) is not None:
            m.bias.data.zero_()
    return model
