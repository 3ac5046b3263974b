"""Transposed convolutions are not among the layers that are initialised.

root: init_model_
band: robust
advice: They are convolutions too, of classes of their own.
"""

from torch import nn


def init_model_(model, a=0.0):
    for m in model.modules():
        if isinstance(m, (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)):
            kaiming_uniform_(m.weight, a)
            if m.bias is not None:
                m.bias.data.zero_()
    return model
