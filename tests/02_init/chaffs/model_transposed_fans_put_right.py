"""The fans of transposed convolutions are exchanged, because their weights are stored the other way round.

root: init_model_
band: robust
advice: It is a fair thought, but the contract counts as torch does: the second dim, whatever the layer.
"""

from torch import nn


def init_model_(model, a=0.0):
    for m in model.modules():
        if isinstance(m, (nn.Linear, nn.modules.conv._ConvNd)):
            kaiming_uniform_(m.weight, a, "fan_out" if getattr(m, "transposed", False) else "fan_in")
            if m.bias is not None:
                m.bias.data.zero_()
    return model
