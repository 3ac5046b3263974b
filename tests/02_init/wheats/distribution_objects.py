"""torch.distributions gives the laws; requires_grad is put aside while writing and put back after."""

import math
from contextlib import contextmanager

import torch
from torch import nn
from torch.distributions import Normal, Uniform


def stats(x):
    return x.mean(), torch.sqrt(torch.mean((x - x.mean()) ** 2))


def receptive_field_size(weight):
    return weight.flatten(2).shape[-1] if weight.dim() > 2 else 1


def fans(weight):
    if weight.dim() == 2:
        out, inp = weight.shape
        return inp, out
    return weight[0].numel(), weight[:, 0].numel()


def gain(a):
    second_moment = (1 + a**2) / 2
    return 1 / math.sqrt(second_moment)


@contextmanager
def _as_plain_tensor(weight):
    tracked = weight.requires_grad
    weight.requires_grad_(False)
    try:
        yield weight
    finally:
        weight.requires_grad_(tracked)


def _target_std(weight, a, mode):
    by_mode = dict(zip(("fan_in", "fan_out"), fans(weight)))
    try:
        fan = by_mode[mode]
    except KeyError:
        raise ValueError(f"mode {mode!r} is unknown") from None
    return gain(a) / math.sqrt(fan)


def _sample_into(weight, law):
    with _as_plain_tensor(weight) as plain:
        plain.copy_(law.sample(weight.shape))
    return weight


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    return _sample_into(weight, Normal(0.0, _target_std(weight, a, mode)))


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    bound = math.sqrt(3) * _target_std(weight, a, mode)
    return _sample_into(weight, Uniform(-bound, bound))


def init_model_(model, a=0.0):
    waiting = [model]
    while waiting:
        module = waiting.pop()
        waiting.extend(module.children())
        if isinstance(module, (nn.Linear, nn.modules.conv._ConvNd)):
            kaiming_uniform_(module.weight, a)
            if module.bias is not None:
                with _as_plain_tensor(module.bias) as bias:
                    bias.zero_()
    return model


def xavier_scale(n_in):
    return gain(1) / math.sqrt(n_in)


def relu_scale(n_in):
    return gain(0) / math.sqrt(n_in)


def activation_stds(depth, n, scale, relu=False):
    law = Normal(0.0, 1.0)
    x, stds = law.sample((n,)), []
    matrices = [law.sample((n, n))] * depth
    for matrix in matrices:
        x = matrix.mul(scale).matmul(x)
        x = torch.maximum(x, torch.zeros(())) if relu else x
        stds.append(x.std())
    return stds
