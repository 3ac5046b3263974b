"""A return inside the loop ends the work after the first layer.

root: init_model_
band: core
advice: Check the indentation of what follows the loop.
"""

from torch import nn


def init_model_(model, a=0.0):
    for m in model.modules():
        if isinstance(m, (nn.Linear, nn.modules.conv._ConvNd)):
            kaiming_uniform_(m.weight, a)
            if m.bias is not None:
                m.bias.data.zero_()
            return model
    return model
