"""Every bias of the model is zeroed, also those of normalisation layers.

root: init_model_
band: core
advice: Conv and linear layers only: nothing else may change.
"""

from torch import nn


def init_model_(model, a=0.0):
    for m in model.modules():
        if isinstance(m, (nn.Linear, nn.modules.conv._ConvNd)):
            kaiming_uniform_(m.weight, a)
        if getattr(m, "bias", None) is not None:
            m.bias.data.zero_()
    return model
