"""Only the direct children are visited, so layers inside blocks are missed.

root: init_model_
band: robust
advice: A model is a tree: find the method that goes all the way down.
"""

from torch import nn


def init_model_(model, a=0.0):
    for m in [model, *model.children()]:
        if isinstance(m, (nn.Linear, nn.modules.conv._ConvNd)):
            kaiming_uniform_(m.weight, a)
            if m.bias is not None:
                m.bias.data.zero_()
    return model
