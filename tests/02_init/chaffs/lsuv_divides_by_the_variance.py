"""The weights are divided by the variance of the output, so the scale jumps from one side of 1 to the other.

root: lsuv_
band: stretch
advice: If an output is k times too wide, by what must the weight be divided?
"""

import torch
from torch import nn


def lsuv_(model, xb, tol=1e-2, max_iters=20):
    def rescale(m, inputs, output):
        for _ in range(max_iters):
            variance = output.var()
            if abs(variance.sqrt() - 1) < tol:
                break
            m.weight.data /= variance
            if m.bias is not None:
                m.bias.data /= variance
            output = m.forward(*inputs)
        return output

    layers = [m for m in model.modules() if isinstance(m, (nn.Linear, nn.modules.conv._ConvNd))]
    handles = [m.register_forward_hook(rescale) for m in layers]
    with torch.no_grad():
        model(xb)
    for handle in handles:
        handle.remove()
    return model
