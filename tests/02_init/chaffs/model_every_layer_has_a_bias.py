"""Every layer is taken to have a bias, so one built with bias=False fails.

root: init_model_
band: robust
advice: A layer without bias has None there: ask before zeroing.
"""

from torch import nn


def init_model_(model, a=0.0):
    for m in model.modules():
        if isinstance(m, (nn.Linear, nn.modules.conv._ConvNd)):
            kaiming_uniform_(m.weight, a)
            m.bias.data.zero_()
    return model
