# Generated from the course: the answer key of unit 02_init, to be read and printed.
"""Unit 02: Kaiming initialisation, and why a deep network needs it.

Functions whose names end in `_` change the tensor or the model that they are given, the others nothing.
What counts as core, robust and stretch is in the table of the handout, README.md in this folder.
"""

import math

import torch
from torch import nn

MODES = ("fan_in", "fan_out")
LAYERS = (  # what the handout calls a conv or linear layer; classes derived from these are, too
    nn.Linear,
    nn.Conv1d,
    nn.Conv2d,
    nn.Conv3d,
    nn.ConvTranspose1d,
    nn.ConvTranspose2d,
    nn.ConvTranspose3d,
)


def stats(x):
    """The mean and the standard deviation of all entries of x, a pair of floats or 0-d tensors.

    x: a floating-point tensor of any shape with at least two entries.
    """
    return x.mean(), x.std()


def receptive_field_size(weight):
    """The number of positions of a layer's kernel, an int: 25 for 32x1x5x5, 1 for the weight of a linear layer.

    weight: (out, in, *kernel), with no, one, two or three kernel dims.
    """
    return math.prod(weight.shape[2:])


def fans(weight):
    """(fan_in, fan_out), two ints, as torch counts them: (25, 800) for 32x1x5x5.

    weight: (out, in, *kernel). fan_in is the number of inputs that reach one output, fan_out the number of outputs
    that one input reaches: exactly so for plain layers at stride 1. Otherwise, too, the second dim counts as the
    inputs and the first as the outputs, though a transposed conv stores its weight the other way round.
    """
    positions = receptive_field_size(weight)
    return weight.shape[1] * positions, weight.shape[0] * positions


def gain(a):
    """sqrt(2 / (1 + a^2)), which makes up for a leaky ReLU of negative slope `a` (0: ReLU, 1: none at all).

    a: a number; returns a float.
    """
    return math.sqrt(2 / (1 + a**2))


def _kaiming_std(weight, a, mode):
    """gain(a) / sqrt(the fan that `mode` names), a float. A helper: no test calls it.

    Raises ValueError if `mode` is neither "fan_in" nor "fan_out".
    """
    if mode not in MODES:
        raise ValueError(f"mode is one of {MODES}, not {mode!r}")
    fan = fans(weight)[MODES.index(mode)]
    return gain(a) / math.sqrt(fan)


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    """Fill `weight` with normal numbers of mean 0 and std gain(a) / sqrt(fan), and return it.

    weight: (out, in, *kernel); a: negative slope of the leaky ReLU that follows; mode: "fan_in" keeps the scale of
    activations on their way forward, "fan_out" that of gradients on their way back. Raises ValueError for any other.
    """
    std = _kaiming_std(weight, a, mode)
    with torch.no_grad():
        return weight.normal_(0, std)


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    """Fill `weight` with uniform numbers of the same mean and std as `kaiming_normal_`, and return it.

    They lie between -bound and bound, up to the dtype's rounding, where bound = sqrt(3) * gain(a) / sqrt(fan).
    Arguments and errors as in `kaiming_normal_`.
    """
    bound = math.sqrt(3) * _kaiming_std(weight, a, mode)
    with torch.no_grad():
        return weight.uniform_(-bound, bound)


def init_model_(model, a=0.0):
    """Give every conv and linear layer of `model` kaiming_uniform_ weights (mode "fan_in") and a bias of 0.

    model: an nn.Module; a: as in `kaiming_normal_`. Nothing else of the model changes.
    """
    for layer in model.modules():
        if isinstance(layer, LAYERS):
            kaiming_uniform_(layer.weight, a)
            if layer.bias is not None:
                with torch.no_grad():
                    layer.bias.zero_()


def xavier_scale(n_in):
    """The factor for a standard normal matrix that keeps the mean square at 1, on the average: a float.

    n_in: how many numbers go in. This is for a matrix product alone, without an activation function after it.
    """
    return 1 / math.sqrt(n_in)


def relu_scale(n_in):
    """The factor that keeps the mean square at 1, on the average, when a ReLU follows the matrix product: a float.

    n_in: how many numbers go in.
    """
    return math.sqrt(2 / n_in)


def activation_stds(depth, n, scale, relu=False):
    """The std of the activations after each of `depth` random layers: a list of floats or 0-d tensors.

    The start is a vector of n standard normal float32 numbers, n being 2 or more. Each layer multiplies it by an
    n x n matrix of standard normal numbers times `scale`, and then, if `relu`, replaces negative numbers by 0. After
    each layer comes the std of the n activations. Where float32 can't compute it any more, it is inf or nan.
    """
    x = torch.randn(n)
    stds = []
    for _ in range(depth):
        x = (torch.randn(n, n) * scale) @ x
        if relu:
            x = x.clamp(min=0)
        stds.append(x.std().item())
    return stds


def orthogonal_(weight):
    """(stretch) Fill `weight` with a random orthogonal matrix, and return it.

    weight: (out, in, *kernel), read as a matrix Q of `out` rows. If it has no more columns than rows, its columns
    are orthonormal (Q.T @ Q = I), so that it keeps the 2-norm of every x. Otherwise its rows are (Q @ Q.T = I).
    A draw from all such matrices: Mezzadri, "How to generate random matrices from the classical compact groups",
    Notices AMS 54 (2007).
    """
    rows, columns = weight.shape[0], weight[0].numel()
    wide_type = torch.promote_types(weight.dtype, torch.float32)  # qr knows no 16-bit floats
    tall = torch.randn(max(rows, columns), min(rows, columns), dtype=wide_type, device=weight.device)
    q, r = torch.linalg.qr(tall)
    q = q * r.diagonal().sign()  # without the signs some matrices would come more often than others
    with torch.no_grad():
        return weight.copy_((q if rows >= columns else q.T).reshape(weight.shape))


def spectral_scale_(weight):
    """(stretch) Divide `weight` by its largest singular value, and return it.

    weight: (out, in, *kernel), not all zero, read as a matrix of `out` rows.
    """
    matrix = weight.detach().flatten(1)
    largest = torch.linalg.matrix_norm(matrix.to(torch.promote_types(weight.dtype, torch.float32)), 2)
    with torch.no_grad():
        return weight.div_(largest)


def lsuv_(model, xb, tol=1e-2, max_iters=20):
    """(stretch) Make the weights of `model` orthogonal and its biases 0, then scale each layer to outputs of std 1.

    model: an nn.Module, run in the mode it is in; its buffers change as in any pass (a batch norm in train mode).
    xb: a batch on which no layer's output is constant. Afterwards, the std over all entries of each conv and linear
    layer's output is within `tol` of 1, unless `max_iters` passes over the batch were too few.

    Mishkin & Matas 2015, algorithm 1, except that they bound the variance, not the std.
    """
    layers = [layer for layer in model.modules() if isinstance(layer, LAYERS)]
    distances = []

    def rescale(layer, inputs, output):
        std = output.std()
        distances.append(abs(std.item() - 1))
        layer.weight.div_(std)
        return output / std  # later layers see the rescaled output

    with torch.no_grad():
        for layer in layers:
            orthogonal_(layer.weight)
            if layer.bias is not None:
                layer.bias.zero_()
        hooks = [layer.register_forward_hook(rescale) for layer in layers]
        try:
            for _ in range(max_iters):
                distances.clear()
                model(xb)
                if max(distances, default=0) <= tol:
                    break
        finally:
            for hook in hooks:
                hook.remove()
