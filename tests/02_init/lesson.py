"""The unit as the lesson solves it: a plain stack of layers, which can be looped over, and one matrix for all layers.

The lesson calls torch's kaiming_normal_, which is written here as its own kaiming_uniform_ is. Its loop initialises
convs only; the course decides that linear layers, of which the lesson's stack has none, are initialised as well.
"""

import math

import torch
from torch import nn


def stats(x):
    return x.mean(), x.std()


def receptive_field_size(weight):
    return weight[0, 0].numel()


def fans(weight):
    nf, ni, *_ = weight.shape
    rec_fs = receptive_field_size(weight)
    return ni * rec_fs, nf * rec_fs


def gain(a):
    return math.sqrt(2.0 / (1 + a**2))


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    fan_in, fan_out = fans(weight)
    fan = fan_out if mode == "fan_out" else fan_in
    weight.data.normal_(0, gain(a) / math.sqrt(fan))
    return weight


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    fan_in, fan_out = fans(weight)
    fan = fan_out if mode == "fan_out" else fan_in
    bound = math.sqrt(3.0) * gain(a) / math.sqrt(fan)
    weight.data.uniform_(-bound, bound)
    return weight


def init_model_(model, a=0.0):
    for layer in model:
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            kaiming_uniform_(layer.weight, a)
            layer.bias.data.zero_()


def xavier_scale(n_in):
    return 1 / math.sqrt(n_in)


def relu_scale(n_in):
    return math.sqrt(2 / n_in)


def activation_stds(depth, n, scale, relu=False):
    x = torch.randn(n)
    a = torch.randn(n, n) * scale
    stds = []
    for _ in range(depth):
        x = a @ x
        if relu:
            x = x.clamp(min=0)
        stds.append(x.std().item())
    return stds
