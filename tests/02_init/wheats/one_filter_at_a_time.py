"""Filter by filter, the last one first: each output's weights are drawn by themselves and set in place."""

import math

import torch
import torch.nn as nn


def stats(x):
    n = x.numel()
    mean = x.double().sum() / n
    return mean, ((x.double() ** 2).sum() / n - mean**2).clamp(min=0).sqrt()


def receptive_field_size(weight):
    return math.prod(weight.shape) // math.prod(weight.shape[:2])


def fans(weight):
    size = receptive_field_size(weight)
    return weight.size(1) * size, weight.size(0) * size


def gain(a):
    return math.sqrt(2) * (1 + a**2) ** -0.5


def _fan(weight, mode):
    match mode:
        case "fan_in":
            return fans(weight)[0]
        case "fan_out":
            return fans(weight)[1]
    raise ValueError(f"no such mode: {mode!r}")


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    std = gain(a) / math.sqrt(_fan(weight, mode))
    with torch.no_grad():
        for one in reversed(weight.unbind(0)):
            one.copy_(torch.normal(0.0, std, size=one.shape, device=one.device))
    return weight


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    bound = math.sqrt(3) * gain(a) / math.sqrt(_fan(weight, mode))
    with torch.no_grad():
        for one in reversed(weight.unbind(0)):
            size = torch.rand(one.shape, device=one.device)
            sign = torch.randint(0, 2, one.shape, device=one.device) * 2 - 1
            one.copy_(size * sign * bound)
    return weight


def init_model_(model, a=0.0):
    # The deepest layers first.
    for module in reversed(list(model.modules())):
        is_conv = isinstance(module, nn.modules.conv._ConvNd)
        if is_conv or isinstance(module, nn.Linear):
            kaiming_uniform_(module.weight, a)
            if module.bias is not None:
                module.bias.data.fill_(0)
    return model


def xavier_scale(n_in):
    return math.sqrt(n_in) / n_in


def relu_scale(n_in):
    return math.sqrt(2 * n_in) / n_in


def activation_stds(depth, n, scale, relu=False):
    stds = []
    x = torch.randn(n)
    for _ in range(depth):
        rows = [torch.randn(n) for _ in range(n)]
        x = (torch.stack(rows) @ x) * scale
        if relu:
            x = x * (x > 0)
        stds.append(x.std().item())
    return stds


def spectral_scale_(weight):
    with torch.no_grad():
        u, s, vh = torch.linalg.svd(weight.reshape(len(weight), -1), full_matrices=False)
        weight.copy_((u * (s / s.max()) @ vh).reshape(weight.shape))
    return weight
