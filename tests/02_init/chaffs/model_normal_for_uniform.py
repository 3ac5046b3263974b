"""The layers get normal weights where uniform ones were asked for.

root: init_model_
band: core
advice: The contract names which of your two functions to use.
"""

from torch import nn


def init_model_(model, a=0.0):
    for m in model.modules():
        if isinstance(m, (nn.Linear, nn.modules.conv._ConvNd)):
            kaiming_normal_(m.weight, a)
            if m.bias is not None:
                m.bias.data.zero_()
    return model
