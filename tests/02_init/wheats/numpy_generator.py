"""numpy draws the numbers, from a generator whose seed is itself drawn from torch's."""

import math

import numpy as np
import torch
from torch import nn


def stats(x):
    a = x.detach().cpu().double().numpy()
    return float(a.mean()), float(a.std())


def receptive_field_size(weight):
    return int(np.prod(weight.shape[2:]))


def fans(weight):
    out, inp, *kernel = weight.shape
    return int(np.prod([inp, *kernel])), int(np.prod([out, *kernel]))


def gain(a):
    return float(np.sqrt(2 / (1 + np.square(a))))


def _generator():
    # torch.manual_seed rules what follows, though numpy does the drawing.
    return np.random.default_rng(torch.randint(2**62, ()).item())


def _std(weight, a, mode):
    names = ["fan_in", "fan_out"]
    if mode not in names:
        raise ValueError(f"mode has to be one of {names}")
    return gain(a) / math.sqrt(fans(weight)[names.index(mode)])


def _put(weight, array):
    weight.data.copy_(torch.from_numpy(array))
    return weight


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    std = _std(weight, a, mode)
    return _put(weight, _generator().normal(0, std, tuple(weight.shape)))


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    bound = math.sqrt(3) * _std(weight, a, mode)
    return _put(weight, _generator().uniform(-bound, bound, tuple(weight.shape)))


def init_model_(model, a=0.0):
    convs = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
    transposed = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
    for _, module in model.named_modules():
        if isinstance(module, (nn.Linear, *convs, *transposed)):
            kaiming_uniform_(module.weight, a)
            if module.bias is not None:
                _put(module.bias, np.zeros(module.bias.shape))
    return model


def xavier_scale(n_in):
    return float(1 / np.sqrt(n_in))


def relu_scale(n_in):
    return float(np.sqrt(2 / n_in))


def activation_stds(depth, n, scale, relu=False):
    rng = _generator()
    x = rng.standard_normal(n, dtype=np.float32)
    stds = []
    with np.errstate(all="ignore"):
        for _ in range(depth):
            x = (rng.standard_normal((n, n), dtype=np.float32) * np.float32(scale)) @ x
            x = np.maximum(x, 0) if relu else x
            stds.append(float(x.std(dtype=np.float64)))
    return stds
