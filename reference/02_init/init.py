"""Unit 02: Kaiming initialisation, and why a deep network needs it.

Functions whose names end in `_` change the tensor or the model they are given. They leave no autograd history
and work on leaf parameters that require grad. Random numbers come from torch's global generator, so that
`torch.manual_seed` makes them repeatable. The handout is README.md in this folder.
"""

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


def stats(x):
    """The mean and the standard deviation of all entries of x, a pair of floats or 0-d tensors.

    x: a floating-point tensor of any shape with at least two entries. The std may divide by n or by n - 1.
    """
    # BEGIN SOLUTION
    return x.mean(), x.std()
    # END SOLUTION


def receptive_field_size(weight):
    """The number of positions of a layer's kernel, an int: 25 for 32x1x5x5, 1 for the weight of a linear layer.

    weight: (out, in, *kernel), with no, one, two or three kernel dims.
    """
    # BEGIN SOLUTION
    return math.prod(weight.shape[2:])
    # END SOLUTION


def fans(weight):
    """(fan_in, fan_out), two ints: how many inputs reach one output, and how many outputs one input reaches.

    weight: (out, in, *kernel). 32x1x5x5 has (25, 800). As torch does, the second dim is counted as the inputs
    and the first as the outputs, whatever layer the weight belongs to and whatever its stride or groups.
    """
    # BEGIN SOLUTION
    positions = receptive_field_size(weight)
    return weight.shape[1] * positions, weight.shape[0] * positions
    # END SOLUTION


def gain(a):
    """sqrt(2 / (1 + a^2)), which makes up for a leaky ReLU of negative slope `a` (0: ReLU, 1: none at all).

    a: a number; returns a float. Source: He et al. 2015, section 2.2.
    """
    # BEGIN SOLUTION
    return math.sqrt(2 / (1 + a**2))
    # END SOLUTION


def _kaiming_std(weight, a, mode):
    """gain(a) / sqrt(the fan that `mode` names), a float. A suggestion, which no test asks for.

    Raises ValueError if `mode` is neither "fan_in" nor "fan_out".
    """
    # BEGIN SOLUTION
    if mode not in MODES:
        raise ValueError(f"mode is one of {MODES}, not {mode!r}")
    fan = fans(weight)[MODES.index(mode)]
    return gain(a) / math.sqrt(fan)
    # END SOLUTION


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    """Fills `weight` with normal numbers of mean 0 and std gain(a) / sqrt(fan), and returns it.

    weight: (out, in, *kernel), floating point; a: negative slope of the leaky ReLU that follows; mode:
    "fan_in" keeps the scale of activations on their way forward, "fan_out" that of gradients on their way back.

    Robust: any other `mode` raises ValueError.
    Source: He et al. 2015, section 2.2.
    """
    # BEGIN SOLUTION
    std = _kaiming_std(weight, a, mode)
    with torch.no_grad():
        return weight.normal_(0, std)
    # END SOLUTION


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    """Fills `weight` with uniform numbers of the same mean and std as `kaiming_normal_`, and returns it.

    They lie between -bound and bound, where bound = sqrt(3) * gain(a) / sqrt(fan). Arguments as in
    `kaiming_normal_`.

    Robust: any `mode` but "fan_in" and "fan_out" raises ValueError.
    """
    # BEGIN SOLUTION
    bound = math.sqrt(3) * _kaiming_std(weight, a, mode)
    with torch.no_grad():
        return weight.uniform_(-bound, bound)
    # END SOLUTION


def init_model_(model, a=0.0):
    """Gives every conv and linear layer of `model` kaiming_uniform_ weights (mode "fan_in") and a zero bias.

    model: an nn.Module; a: as in `kaiming_normal_`. Nothing else of the model changes: other layers'
    parameters, buffers, requires_grad and train or eval mode stay as they are. What is returned is left open.

    Core: nn.Linear and nn.Conv2d. Robust: layers without a bias, modules within modules, and the other kinds in
    LAYERS.
    """
    # BEGIN SOLUTION
    for layer in model.modules():
        if isinstance(layer, LAYERS):
            kaiming_uniform_(layer.weight, a)
            if layer.bias is not None:
                with torch.no_grad():
                    layer.bias.zero_()
    # END SOLUTION


def xavier_scale(n_in):
    """The factor for a matrix of standard normal numbers that keeps the mean square of activations at 1: a float.

    n_in: how many numbers go in. A matrix product alone, without an activation function after it.
    Source: Glorot & Bengio 2010, section 4.2.
    """
    # BEGIN SOLUTION
    return 1 / math.sqrt(n_in)
    # END SOLUTION


def relu_scale(n_in):
    """The factor that keeps the mean square of activations at 1 when a ReLU follows the matrix product: a float.

    n_in: how many numbers go in. Source: He et al. 2015, section 2.2.
    """
    # BEGIN SOLUTION
    return math.sqrt(2 / n_in)
    # END SOLUTION


def activation_stds(depth, n, scale, relu=False):
    """The std of the activations after each of `depth` random layers: a list of `depth` floats.

    The start is a vector of n standard normal float32 numbers. Each layer multiplies it by an n x n matrix of
    standard normal numbers times `scale`, drawn anew for each layer (one matrix for all is accepted, too), and
    then, if `relu`, cuts off what is negative. After each layer the std of the n activations is noted: once they
    have left float32 it is inf or nan.
    """
    # BEGIN SOLUTION
    x = torch.randn(n)
    stds = []
    for _ in range(depth):
        x = (torch.randn(n, n) * scale) @ x
        if relu:
            x = x.clamp(min=0)
        stds.append(x.std().item())
    return stds
    # END SOLUTION


def orthogonal_(weight):
    """(stretch) Fills `weight` with a random orthogonal matrix, and returns it.

    weight: (out, in, *kernel), read as a matrix Q of `out` rows. If it has no more columns than rows, its
    columns are orthonormal (Q.T @ Q = I), so that it keeps the 2-norm of every x; otherwise its rows are
    (Q @ Q.T = I). Source: Saxe, McClelland & Ganguli 2013; for the even draw from all orthogonal matrices,
    Mezzadri, "How to generate random matrices from the classical compact groups", Notices AMS 54 (2007).
    """
    # BEGIN SOLUTION
    rows, columns = weight.shape[0], weight[0].numel()
    wide_type = torch.promote_types(weight.dtype, torch.float32)  # qr knows no 16-bit floats
    tall = torch.randn(max(rows, columns), min(rows, columns), dtype=wide_type, device=weight.device)
    q, r = torch.linalg.qr(tall)
    q = q * r.diagonal().sign()  # without the signs some matrices would come more often than others
    with torch.no_grad():
        return weight.copy_((q if rows >= columns else q.T).reshape(weight.shape))
    # END SOLUTION


def spectral_scale_(weight):
    """(stretch) Divides `weight` by its largest singular value, and returns it.

    weight: (out, in, *kernel), not all zero, read as a matrix of `out` rows. Source: Miyato et al. 2018,
    "Spectral normalization for generative adversarial networks", section 2.
    """
    # BEGIN SOLUTION
    matrix = weight.detach().flatten(1)
    largest = torch.linalg.matrix_norm(matrix.to(torch.promote_types(weight.dtype, torch.float32)), 2)
    with torch.no_grad():
        return weight.div_(largest)
    # END SOLUTION


def lsuv_(model, xb, tol=1e-2, max_iters=20):
    """(stretch) Scales the weights of `model` until each conv and linear layer's output on `xb` has std 1.

    model: an nn.Module, run in the mode it is in; xb: a batch for it. Afterwards the std over all entries of
    each layer's output is within `tol` of 1, unless `max_iters` passes over the batch were too few.

    Source: Mishkin & Matas 2015, "All you need is a good init", algorithm 1 (which starts from orthogonal
    weights and zero biases).
    """
    # BEGIN SOLUTION
    layers = [layer for layer in model.modules() if isinstance(layer, LAYERS)]
    distances = []

    def rescale(layer, inputs, output):
        std = output.std()
        distances.append(abs(std.item() - 1))
        layer.weight.div_(std)
        return output / std  # what the layer gives from now on: later layers are measured on it

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
    # END SOLUTION
