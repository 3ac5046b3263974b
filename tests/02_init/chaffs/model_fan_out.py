"""The layers are scaled by fan_out, which keeps the backward pass in balance and not the forward pass.

root: init_model_
band: core
advice: Use the mode that the contract's default names.
"""

from torch import nn


def init_model_(model, a=0.0):
    for m in model.modules():
        if isinstance(m, (nn.Linear, nn.modules.conv._ConvNd)):
            kaiming_uniform_(m.weight, a, "fan_out")
            if m.bias is not None:
                m.bias.data.zero_()
    return model
