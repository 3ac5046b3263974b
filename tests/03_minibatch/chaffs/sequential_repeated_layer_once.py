"""A layer that stands in the list twice is called only once.

root: SequentialModel
band: core
advice: children() leaves repetitions out. Go through the layers as they were given.
"""

from torch import nn


class SequentialModel(nn.Module):
    def __init__(self, layers):
        super().__init__()
        for i, layer in enumerate(layers):
            self.add_module(str(i), layer)

    def forward(self, x):
        for layer in self.children():
            x = layer(x)
        return x
