"""Layers are registered under the name of their type, so two layers of one type are one.

root: SequentialModel
band: core
advice: Give each layer a name of its own, its number for instance.
"""

from torch import nn


class SequentialModel(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = list(layers)
        for layer in self.layers:
            self.add_module(type(layer).__name__, layer)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
