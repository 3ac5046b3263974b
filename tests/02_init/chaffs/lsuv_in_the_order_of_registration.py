"""Layers are done one after the other as they were registered, each until it is right, and none is looked at again.

root: lsuv_
band: stretch
advice: A layer that runs earlier, but comes later in modules(), changes what the others get.
"""

import torch
from torch import nn


def lsuv_(model, xb, tol=1e-2, max_iters=20):
    layers = [m for m in model.modules() if isinstance(m, (nn.Linear, nn.modules.conv._ConvNd))]
    seen = {}
    with torch.no_grad():
        for layer in layers:
            orthogonal_(layer.weight)
            if layer.bias is not None:
                layer.bias.zero_()
        for layer in layers:
            hook = layer.register_forward_hook(lambda m, i, o: seen.update(std=o.std()))
            for _ in range(max_iters):
                model(xb)
                if abs(seen["std"] - 1) <= tol:
                    break
                layer.weight /= seen["std"]
            hook.remove()
