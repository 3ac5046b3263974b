"""The layers are kept in a Python list, which nn.Module does not look into, so no parameter is found.

root: SequentialModel
band: core
advice: Register the layers: nn.ModuleList is a list that does, and so does add_module.
"""

from torch import nn


class SequentialModel(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
