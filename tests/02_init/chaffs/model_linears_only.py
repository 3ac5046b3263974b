"""Linear layers are initialised and convolutions are passed over.

root: init_model_
band: core
advice: The contract names two kinds of layers.
"""

from torch import nn


def init_model_(model, a=0.0):
    for m in model.modules():
        if isinstance(m, nn.Linear):
            kaiming_uniform_(m.weight, a)
            if m.bias is not None:
                m.bias.data.zero_()
    return model
