"""All randomness from torch.rand: normals by the Box–Muller transform, in float64, cast at the end."""

import math

import torch
from torch import nn


def stats(x):
    flat = x.detach().reshape(-1)
    return flat.mean(), flat.var().sqrt()


def receptive_field_size(weight):
    size = 1
    for side in weight.shape[2:]:
        size *= side
    return size


def fans(weight):
    area = receptive_field_size(weight)
    return weight.shape[1] * area, weight.shape[0] * area


def gain(a):
    return math.sqrt(2) / math.hypot(1, a)


def _uniforms(n, device):
    return torch.rand(n, dtype=torch.float64, device=device)


def _normals(n, device):
    half = (n + 1) // 2
    radius = torch.sqrt(-2 * torch.log1p(-_uniforms(half, device)))
    angle = 2 * math.pi * _uniforms(half, device)
    return torch.cat([radius * angle.cos(), radius * angle.sin()])[:n]


def _spread(weight, a, mode):
    if mode == "fan_in":
        fan = fans(weight)[0]
    elif mode == "fan_out":
        fan = fans(weight)[1]
    else:
        raise ValueError("mode is 'fan_in' or 'fan_out'")
    return gain(a) / math.sqrt(fan)


def _write(weight, values):
    with torch.no_grad():
        weight.copy_(values.reshape(weight.shape))
    return weight


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    spread = _spread(weight, a, mode)
    return _write(weight, spread * _normals(weight.numel(), weight.device))


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    spread = _spread(weight, a, mode)
    # A uniform on ±1 has standard deviation 1/√3.
    return _write(weight, spread * math.sqrt(3) * (1 - 2 * _uniforms(weight.numel(), weight.device)))


def init_model_(model, a=0.0):
    def visit(module):
        kind = type(module).__mro__
        if nn.Linear in kind or nn.modules.conv._ConvNd in kind:
            kaiming_uniform_(module.weight, a)
            if module.bias is not None:
                _write(module.bias, torch.zeros_like(module.bias))

    return model.apply(visit)


def xavier_scale(n_in):
    return math.sqrt(1 / n_in)


def relu_scale(n_in):
    return math.sqrt(2) * xavier_scale(n_in)


def activation_stds(depth, n, scale, relu=False):
    def matrix():
        return _normals(n * n, "cpu").float().view(n, n) * scale

    # A row vector, multiplied from the right.
    row = _normals(n, "cpu").float().view(1, n)
    stds = []
    while len(stds) < depth:
        row = row @ matrix()
        if relu:
            row = torch.where(row < 0, torch.zeros_like(row), row)
        stds.append(row.std())
    return stds


def orthogonal_(weight):
    rows, columns = weight.shape[0], weight.numel() // weight.shape[0]
    small, large = min(rows, columns), max(rows, columns)
    basis = []
    while len(basis) < small:
        v = _normals(large, weight.device)
        for _ in range(2):  # twice is enough
            for b in basis:
                v = v - (v @ b) * b
        basis.append(v / v.norm())
    q = torch.stack(basis)
    return _write(weight, q if rows <= columns else q.T)
