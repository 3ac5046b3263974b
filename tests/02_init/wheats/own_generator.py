"""Draws in float64 from a torch.Generator of its own, seeded each time by the global one."""

import math

import torch
from torch import nn


def stats(x):
    return x.mean(), x.std(unbiased=False)


def receptive_field_size(weight):
    return sum(1 for _ in weight[0, 0].reshape(-1))


def fans(weight):
    return weight.data[0].nelement(), weight.data.transpose(0, 1)[0].nelement()


def gain(a):
    return math.sqrt(2.0) / math.sqrt(1.0 + a * a)


def _fresh():
    generator = torch.Generator()
    generator.manual_seed(int(torch.randint(0, 2**48, (1,))))
    return generator


def _deviation(weight, a, mode):
    assert_known(mode)
    fan_in, fan_out = fans(weight)
    return gain(a) / math.sqrt(fan_in if mode == "fan_in" else fan_out)


def assert_known(mode):
    if mode != "fan_in" and mode != "fan_out":
        raise ValueError("choose fan_in or fan_out")


def _fill(weight, numbers):
    with torch.no_grad():
        weight.zero_().add_(numbers.to(weight.device, weight.dtype))
    return weight


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    deviation = _deviation(weight, a, mode)
    numbers = torch.empty(weight.shape, dtype=torch.float64).normal_(generator=_fresh())
    return _fill(weight, numbers * deviation)


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    deviation = _deviation(weight, a, mode)
    numbers = torch.empty(weight.shape, dtype=torch.float64).uniform_(-1, 1, generator=_fresh())
    return _fill(weight, numbers * deviation * math.sqrt(3))


def init_model_(model, a=0.0):
    known = {"Linear", "_ConvNd"}
    for module in model.modules():
        if known & {base.__name__ for base in type(module).mro() if base.__module__.startswith("torch.nn")}:
            kaiming_uniform_(module.weight, a)
            if module.bias is not None:
                module.bias.data[:] = 0
    return model


def xavier_scale(n_in):
    return 1.0 / math.sqrt(n_in)


def relu_scale(n_in):
    return math.sqrt(2.0 / n_in)


def activation_stds(depth, n, scale, relu=False):
    generator = _fresh()
    # A batch of four starts, side by side.
    x = torch.randn(n, 4, generator=generator)
    stds = []
    for _ in range(depth):
        x = torch.randn(n, n, generator=generator) @ x * scale
        if relu:
            x.clamp_(min=0)
        stds.append(x.std().item())
    return stds


def orthogonal_(weight):
    rows, columns = weight.shape[0], weight[0].numel()
    n = max(rows, columns)
    q = torch.eye(n, dtype=torch.float64)
    for _ in range(min(rows, columns)):
        v = torch.randn(n, dtype=torch.float64, generator=_fresh())
        v /= v.norm()
        q = q - 2 * torch.outer(v, v @ q)  # one Householder reflection more
    return _fill(weight, q[:rows, :columns].reshape(weight.shape))


def lsuv_(model, xb, tol=1e-2, max_iters=20):
    handles = []

    def normalise(layer, inputs, output):
        std = output.std()
        with torch.no_grad():
            for parameter in (layer.weight, layer.bias):
                if parameter is not None:
                    parameter /= std
        return output / std

    for module in model.modules():
        if isinstance(module, (nn.Linear, nn.modules.conv._ConvNd)):
            handles.append(module.register_forward_hook(normalise))
    try:
        with torch.no_grad():
            model(xb)
    finally:
        for handle in handles:
            handle.remove()
    return model
