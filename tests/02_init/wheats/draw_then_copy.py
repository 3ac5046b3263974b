"""A new tensor is drawn, scaled, and copied into the weight under no_grad; fans from numel alone."""

import math

import torch
from torch.nn import Linear
from torch.nn.modules.conv import _ConvNd


def stats(x):
    mean = x.mean()
    return mean.item(), ((x - mean) ** 2).mean().sqrt().item()


def receptive_field_size(weight):
    return weight.numel() // (weight.size(0) * weight.size(1))


def fans(weight):
    return weight.numel() // weight.size(0), weight.numel() // weight.size(1)


def gain(a):
    return (2 / (1 + a * a)) ** 0.5


def _fan(weight, mode):
    fan_in, fan_out = fans(weight)
    if mode == "fan_in":
        return fan_in
    if mode == "fan_out":
        return fan_out
    raise ValueError(f"unknown mode: {mode}")


@torch.no_grad()
def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    std = gain(a) / _fan(weight, mode) ** 0.5
    return weight.copy_(torch.randn(weight.shape, dtype=weight.dtype, device=weight.device) * std)


@torch.no_grad()
def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    bound = 3**0.5 * gain(a) / _fan(weight, mode) ** 0.5
    unit = torch.rand(weight.shape, dtype=torch.float32, device=weight.device)
    return weight.copy_((2 * unit - 1) * bound)


@torch.no_grad()
def init_model_(model, a=0.0):
    for module in model.modules():
        if isinstance(module, (Linear, _ConvNd)):
            kaiming_uniform_(module.weight, a=a)
            if module.bias is not None:
                module.bias.fill_(0.0)


def xavier_scale(n_in):
    return n_in**-0.5


def relu_scale(n_in):
    return (2 / n_in) ** 0.5


def activation_stds(depth, n, scale, relu=False):
    # The lesson's own experiment: one matrix for all layers.
    x, matrix = torch.randn(n), torch.randn(n, n) * scale
    out = []
    for _ in range(depth):
        x = matrix @ x
        x = x.relu() if relu else x
        out.append(float(x.std(correction=0)))
    return out


@torch.no_grad()
def orthogonal_(weight):
    flat = torch.randn(weight.shape[0], math.prod(weight.shape[1:]), dtype=torch.float64)
    u, _, vh = torch.linalg.svd(flat, full_matrices=False)
    return weight.copy_((u @ vh).reshape(weight.shape))


@torch.no_grad()
def spectral_scale_(weight):
    return weight.div_(torch.linalg.svdvals(weight.reshape(weight.shape[0], -1))[0])
