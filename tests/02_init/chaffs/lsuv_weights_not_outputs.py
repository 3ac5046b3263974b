"""The weights themselves are brought to std 1, not the activations that the data make of them.

root: lsuv_
band: stretch
advice: The method is driven by data: it is the layer's output on xb that must have std 1.
"""

from torch import nn


def lsuv_(model, xb, tol=1e-2, max_iters=20):
    for m in model.modules():
        if isinstance(m, (nn.Linear, nn.modules.conv._ConvNd)):
            m.weight.data /= m.weight.data.std()
    return model
