"""The slope a is accepted but not passed on to the layers.

root: init_model_
band: core
advice: Try a = √5: every weight must get smaller.
"""

from torch import nn


def init_model_(model, a=0.0):
    for m in model.modules():
        if isinstance(m, (nn.Linear, nn.modules.conv._ConvNd)):
            kaiming_uniform_(m.weight)
            if m.bias is not None:
                m.bias.data.zero_()
    return model
