"""Outputs are collected during the pass and looked at after it, when a ReLU in place has written into them.

root: lsuv_
band: stretch
advice: Compute what you need in the hook: afterwards the tensor may hold something else.
"""

import torch


def lsuv_(model, xb, tol=1e-2, max_iters=20):
    layers = [layer for layer in model.modules() if isinstance(layer, LAYERS)]
    outputs = {}
    with torch.no_grad():
        for layer in layers:
            orthogonal_(layer.weight)
            if layer.bias is not None:
                layer.bias.zero_()
        hooks = [
            layer.register_forward_hook(lambda layer, inputs, output: outputs.update({layer: output}))
            for layer in layers
        ]
        model(xb)
        for layer in list(outputs):  # in the order in which they run
            for _ in range(max_iters):
                model(xb)
                std = outputs[layer].std()
                if abs(std - 1) <= tol / 2:
                    break
                layer.weight.div_(std)
        for hook in hooks:
            hook.remove()
