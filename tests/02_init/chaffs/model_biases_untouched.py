"""Only the weights are initialised; the biases keep what they had.

root: init_model_
band: core
advice: The contract asks for two things of each layer: look at its other parameter.
"""

from torch import nn


def init_model_(model, a=0.0):
    for m in model.modules():
        if isinstance(m, (nn.Linear, nn.modules.conv._ConvNd)):
            kaiming_uniform_(m.weight, a)
    return model
