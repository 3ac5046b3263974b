"""Through .data: torch's own in-place draws on the tensor behind the parameter; shapes by unpacking."""

import math

import torch
from torch import nn

LAYERS = (
    nn.Linear,
    nn.Conv1d,
    nn.Conv2d,
    nn.Conv3d,
    nn.ConvTranspose1d,
    nn.ConvTranspose2d,
    nn.ConvTranspose3d,
)


def stats(x):
    return x.mean(), x.std()


def receptive_field_size(weight):
    return weight[0, 0].numel()


def fans(weight):
    out, inp, *_ = weight.shape
    positions = receptive_field_size(weight)
    return inp * positions, out * positions


def gain(a):
    return math.sqrt(2.0 / (1 + a**2))


def _std(weight, a, mode):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode must be 'fan_in' or 'fan_out', not {mode!r}")
    fan = fans(weight)[mode == "fan_out"]
    return gain(a) / math.sqrt(fan)


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    weight.data.normal_(0, _std(weight, a, mode))
    return weight


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    bound = math.sqrt(3.0) * _std(weight, a, mode)
    weight.data.uniform_(-bound, bound)
    return weight


def init_model_(model, a=0.0):
    for layer in model.modules():
        if isinstance(layer, LAYERS):
            kaiming_uniform_(layer.weight, a)
            if layer.bias is not None:
                layer.bias.data.zero_()
    return model


def xavier_scale(n_in):
    return 1 / math.sqrt(n_in)


def relu_scale(n_in):
    return math.sqrt(2 / n_in)


def activation_stds(depth, n, scale, relu=False):
    x = torch.randn(n)
    stds = []
    for _ in range(depth):
        x = (torch.randn(n, n) * scale) @ x
        if relu:
            x = x.clamp(min=0.0)
        stds.append(x.std().item())
    return stds


def orthogonal_(weight):
    rows, columns = weight.shape[0], weight[0].numel()
    tall = torch.randn(max(rows, columns), min(rows, columns), dtype=weight.dtype, device=weight.device)
    q, r = torch.linalg.qr(tall)
    q *= r.diagonal().sign()
    weight.data.copy_((q if rows >= columns else q.T).reshape(weight.shape))
    return weight


def spectral_scale_(weight):
    weight.data /= torch.linalg.matrix_norm(weight.data.flatten(1), 2)
    return weight


def lsuv_(model, xb, tol=1e-2, max_iters=20):
    def rescale(layer, inputs, output):
        for _ in range(max_iters):
            std = output.std()
            if abs(std - 1) < tol / 2:
                break
            layer.weight.data /= std
            if layer.bias is not None:
                layer.bias.data /= std
            output = layer.forward(*inputs)
        return output

    handles = [m.register_forward_hook(rescale) for m in model.modules() if isinstance(m, LAYERS)]
    with torch.no_grad():
        model(xb)
    for handle in handles:
        handle.remove()
    return model
