"""The biases are set to None instead of zero, so the layers lose a parameter that should be trained.

root: init_model_
band: core
advice: Zero is where a bias starts, not where it stays: keep the parameter.
"""

from torch import nn


def init_model_(model, a=0.0):
    for m in model.modules():
        if isinstance(m, (nn.Linear, nn.modules.conv._ConvNd)):
            kaiming_uniform_(m.weight, a)
            m.bias = None
    return model
