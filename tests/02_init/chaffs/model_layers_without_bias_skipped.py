"""A layer without bias is skipped altogether, its weight included.

root: init_model_
band: robust
advice: Treat the two parameters one after the other: the weight is always there.
"""

from torch import nn


def init_model_(model, a=0.0):
    for m in model.modules():
        if isinstance(m, (nn.Linear, nn.modules.conv._ConvNd)) and m.bias is not None:
            kaiming_uniform_(m.weight, a)
            m.bias.data.zero_()
    return model
