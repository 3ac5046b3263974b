"""Of the convolutions only Conv2d is known; those over sequences and volumes are missed.

root: init_model_
band: robust
advice: Convolutions come in one, two and three dimensions: list them all.
"""

from torch import nn


def init_model_(model, a=0.0):
    for m in model.modules():
        if isinstance(m, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
            kaiming_uniform_(m.weight, a)
            if m.bias is not None:
                m.bias.data.zero_()
    return model
