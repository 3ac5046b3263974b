"""All layers are measured in one pass and then scaled, though scaling a layer changes what the next ones get.

root: lsuv_
band: stretch
advice: Go layer by layer: measure a layer only when those before it are done.
"""

import torch
from torch import nn


def lsuv_(model, xb, tol=1e-2, max_iters=20):
    stds = {}
    layers = [m for m in model.modules() if isinstance(m, (nn.Linear, nn.modules.conv._ConvNd))]
    handles = [m.register_forward_hook(lambda m, i, o: stds.update({m: o.std()})) for m in layers]
    with torch.no_grad():
        model(xb)
        for m, std in stds.items():
            m.weight /= std
            if m.bias is not None:
                m.bias /= std
    for handle in handles:
        handle.remove()
    return model
