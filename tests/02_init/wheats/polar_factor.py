"""Through .data and in float64: Box-Muller, the polar factor of a normal matrix, one layer of LSUV a pass, recursion."""

import torch
from torch import nn

MODES = ("fan_in", "fan_out")
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
    v = x.detach().double().flatten()
    mean = v.sum() / len(v)
    return mean.item(), (v - mean).square().mean().sqrt().item()  # divides by n


def receptive_field_size(weight):
    r = 1
    for k in weight.size()[2:]:
        r *= k
    return r


def fans(weight):
    out, inp = weight.size()[:2]
    return inp * receptive_field_size(weight), out * receptive_field_size(weight)


def gain(a):
    return float((2 / (1 + a * a)) ** 0.5)


def _kaiming_std(weight, a, mode):
    for m, fan in zip(MODES, fans(weight)):
        if m == mode:
            return gain(a) * fan**-0.5
    raise ValueError("mode: fan_in or fan_out")


def _fill(weight, numbers):
    weight.data.copy_(numbers)
    return weight


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    std = _kaiming_std(weight, a, mode)
    u = torch.rand(2, *weight.shape, dtype=torch.float64)
    z = torch.sqrt(-2 * torch.log1p(-u[0])) * torch.cos(2 * torch.pi * u[1])  # Box and Muller
    return _fill(weight, std * z)


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    bound = 3**0.5 * _kaiming_std(weight, a, mode)
    return _fill(weight, bound * (2 * torch.rand(tuple(weight.shape), dtype=torch.float64) - 1))


def init_model_(model, a=0.0):
    if isinstance(model, LAYERS):
        kaiming_uniform_(model.weight, a)
        if model.bias is not None:
            model.bias.data.fill_(0)
    for child in model.children():
        init_model_(child, a)


def xavier_scale(n_in):
    return n_in**-0.5


def relu_scale(n_in):
    return gain(0) * xavier_scale(n_in)


def activation_stds(depth, n, scale, relu=False):
    w, x = torch.randn(n, n).mul_(scale), torch.randn(n, 1)

    def walk():
        nonlocal x
        for _ in range(depth):
            x = torch.relu(w @ x) if relu else w @ x
            yield x.std().item()

    return list(walk())


def orthogonal_(weight):
    """The polar factor of a normal matrix is uniformly distributed, too."""
    g = torch.randn(weight.shape[0], weight.numel() // weight.shape[0], dtype=torch.float64)
    u, _, vt = torch.linalg.svd(g, full_matrices=False)
    return _fill(weight, (u @ vt).view(weight.shape))


def spectral_scale_(weight):
    w = weight.detach().double().reshape(len(weight), -1)
    return _fill(weight, weight.detach().double() / torch.linalg.svdvals(w).max())


def lsuv_(model, xb, tol=1e-2, max_iters=20):
    """Layer by layer, in the order in which they run."""
    for m in model.modules():
        if isinstance(m, LAYERS):
            orthogonal_(m.weight)
            if m.bias is not None:
                m.bias.data.zero_()

    def outputs():
        seen, hooks = {}, []
        for m in model.modules():
            if isinstance(m, LAYERS):
                hooks.append(
                    m.register_forward_hook(lambda layer, i, o: seen.__setitem__(layer, stats(o)[1]))
                )
        try:
            with torch.no_grad():
                model(xb)
        finally:
            [h.remove() for h in hooks]
        return seen

    passes = 0
    done = False
    while not done and passes < max_iters * sum(isinstance(m, LAYERS) for m in model.modules()):
        passes += 1
        done = True
        for layer, std in outputs().items():  # the first in running order that is off
            if not abs(std - 1) < 0.9 * tol:
                layer.weight.data /= std
                done = False
                break
