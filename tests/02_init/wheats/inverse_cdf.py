"""Uniform numbers through the inverse of the normal distribution function; the mode is a table of places."""

import math

import torch
from torch import nn

PLACE = {"fan_in": 1, "fan_out": 0}


def stats(x):
    std, mean = torch.std_mean(x)
    return mean, std


def receptive_field_size(weight):
    return weight.shape[2:].numel()


def fans(weight):
    return tuple(weight.shape[place] * receptive_field_size(weight) for place in (1, 0))


def gain(a):
    return math.exp(0.5 * (math.log(2) - math.log1p(a * a)))


def _scaled(weight, unit, a, mode):
    """unit numbers (mean 0, variance 1) become a weight of the right variance."""
    fan = weight.shape[PLACE[mode]] * receptive_field_size(weight)
    with torch.no_grad():
        weight[...] = (unit * gain(a) / math.sqrt(fan)).to(weight.dtype)
    return weight


def _check(mode):
    if mode not in PLACE:
        raise ValueError(f"{mode!r} is none of {', '.join(PLACE)}")


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    _check(mode)
    tiny = torch.finfo(torch.float64).tiny
    u = torch.rand(weight.shape, dtype=torch.float64, device=weight.device).clamp_min(tiny)
    return _scaled(weight, torch.special.ndtri(u), a, mode)


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    _check(mode)
    u = torch.rand(weight.shape, dtype=torch.float64, device=weight.device)
    return _scaled(weight, (u - 0.5) * math.sqrt(12), a, mode)


def init_model_(model, a=0.0):
    _init_one(model, a)
    for child in model.children():
        init_model_(child, a)
    return model


def _init_one(module, a):
    if not isinstance(module, nn.Linear | nn.modules.conv._ConvNd):
        return
    kaiming_uniform_(module.weight, a)
    for name, parameter in module.named_parameters(recurse=False):
        if name == "bias":
            parameter.data.copy_(torch.zeros(parameter.shape))


def xavier_scale(n_in):
    return math.pow(n_in, -0.5)


def relu_scale(n_in):
    return gain(0) / math.sqrt(n_in)


def activation_stds(depth, n, scale, relu=False):
    x = torch.randn(n, 1)
    layers = (scale * torch.randn(n, n) for _ in range(depth))
    act = torch.relu if relu else torch.nn.Identity()
    return [stats(x := act(layer @ x))[1].item() for layer in layers]


def orthogonal_(weight):
    flat = torch.randn(weight.shape[0], weight[0].numel(), dtype=torch.float64)
    wide = flat if flat.shape[0] <= flat.shape[1] else flat.T
    # (W Wᵀ)^(−1/2) W has orthonormal rows.
    values, vectors = torch.linalg.eigh(wide @ wide.T)
    q = vectors @ torch.diag(values.rsqrt()) @ vectors.T @ wide
    q = q if wide is flat else q.T
    with torch.no_grad():
        return weight.copy_(q.reshape(weight.shape))


def spectral_scale_(weight):
    with torch.no_grad():
        flat = weight.flatten(1).double()
        largest = torch.linalg.eigvalsh(flat @ flat.T)[-1].sqrt()
        return weight.copy_(weight.double() / largest)
