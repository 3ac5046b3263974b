"""All values are made in float64 and copied into the place of the weight, behind the back of autograd."""

import math

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


def _fill(tensor, values):
    """Copy `values`, in any dtype, to where `tensor` lies in memory; autograd sees nothing of it."""
    tensor.detach().copy_(values.reshape(tensor.shape))
    return tensor


def _layers(model):
    return [module for module in model.modules() if isinstance(module, LAYERS)]


def stats(x):
    wide = x.double()  # squares leave float32 long before x does
    centre = wide.mean()
    spread = (wide - centre).square().sum() / (x.numel() - 1)
    return centre, spread.sqrt()


def receptive_field_size(weight):
    return math.prod(weight.shape[2:])


def fans(weight):
    n_out, n_in, *_ = weight.shape
    r = receptive_field_size(weight)
    return n_in * r, n_out * r


def gain(a):
    return math.sqrt(2 / (1 + a**2))


def _kaiming_std(weight, a, mode):
    if mode not in MODES:
        raise ValueError(f"mode is one of {MODES}, not {mode!r}")
    return gain(a) / math.sqrt(fans(weight)[MODES.index(mode)])


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    std = _kaiming_std(weight, a, mode)
    z = torch.randn(weight.shape, dtype=torch.float64)
    return _fill(weight, z * std)


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    bound = math.sqrt(3) * _kaiming_std(weight, a, mode)
    u = torch.rand(weight.shape, dtype=torch.float64)
    return _fill(weight, (2 * u - 1) * bound)


def init_model_(model, a=0.0):
    for layer in _layers(model):
        kaiming_uniform_(layer.weight, a)
        if layer.bias is not None:
            layer.bias.detach().zero_()
    return model


def xavier_scale(n_in):
    return n_in**-0.5


def relu_scale(n_in):
    return xavier_scale(n_in / 2)  # half of the mean square is lost, as if half of the inputs were


def activation_stds(depth, n, scale, relu=False):
    x = torch.randn(n, 1)
    stds = []
    for _ in range(depth):
        x = (scale * torch.randn(n, n)) @ x
        if relu:
            x = torch.where(x < 0, 0.0, x)
        stds.append(x.std().item())
    return stds


def orthogonal_(weight):
    rows = weight.shape[0]
    columns = weight.numel() // rows
    draw = torch.randn(max(rows, columns), min(rows, columns), dtype=torch.float64)
    q, r = torch.linalg.qr(draw)
    q = q * torch.where(r.diagonal() < 0, -1.0, 1.0)  # Mezzadri: this makes it uniform
    return _fill(weight, q if rows >= columns else q.T)


def spectral_scale_(weight):
    wide = weight.detach().to(torch.float64)
    return _fill(weight, wide / torch.linalg.matrix_norm(wide.flatten(1), ord=2))


def lsuv_(model, xb, tol=1e-2, max_iters=20):
    layers = _layers(model)
    for layer in layers:
        orthogonal_(layer.weight)
        if layer.bias is not None:
            layer.bias.detach().zero_()

    missed = []

    def rescale(layer, inputs, output):
        """The layers after this one see its output as the new weight makes it: one pass does the whole model."""
        std = float(stats(output)[1])
        if abs(std - 1) <= tol / 2:
            return None
        missed.append(layer)
        _fill(layer.weight, layer.weight.detach().double() / std)
        return output / std

    handles = [layer.register_forward_hook(rescale) for layer in layers]
    try:
        with torch.no_grad():
            for _ in range(max_iters):
                missed.clear()
                model(xb.clone())  # a first layer may work in place
                if not missed:
                    break
    finally:
        for handle in handles:
            handle.remove()
    return model
