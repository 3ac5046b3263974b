# Generated from the course: the stub of unit 02_init. Fill it in; once you have edited it, it stays.
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
    raise NotImplementedError("stats")


def receptive_field_size(weight):
    """The number of positions of a layer's kernel, an int: 25 for 32x1x5x5, 1 for the weight of a linear layer.

    weight: (out, in, *kernel), with no, one, two or three kernel dims.
    """
    raise NotImplementedError("receptive_field_size")


def fans(weight):
    """(fan_in, fan_out), two ints, as torch counts them: (25, 800) for 32x1x5x5.

    weight: (out, in, *kernel). fan_in is the number of inputs that reach one output, fan_out the number of outputs
    that one input reaches: exactly so for plain layers at stride 1. Otherwise, too, the second dim counts as the
    inputs and the first as the outputs, though a transposed conv stores its weight the other way round.
    """
    raise NotImplementedError("fans")


def gain(a):
    """sqrt(2 / (1 + a^2)), which makes up for a leaky ReLU of negative slope `a` (0: ReLU, 1: none at all).

    a: a number; returns a float.
    """
    raise NotImplementedError("gain")


def _kaiming_std(weight, a, mode):
    """gain(a) / sqrt(the fan that `mode` names), a float. A helper: no test calls it.

    Raises ValueError if `mode` is neither "fan_in" nor "fan_out".
    """
    raise NotImplementedError("_kaiming_std")


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    """Fill `weight` with normal numbers of mean 0 and std gain(a) / sqrt(fan), and return it.

    weight: (out, in, *kernel); a: negative slope of the leaky ReLU that follows; mode: "fan_in" keeps the scale of
    activations on their way forward, "fan_out" that of gradients on their way back. Raises ValueError for any other.
    """
    raise NotImplementedError("kaiming_normal_")


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    """Fill `weight` with uniform numbers of the same mean and std as `kaiming_normal_`, and return it.

    They lie between -bound and bound, up to the dtype's rounding, where bound = sqrt(3) * gain(a) / sqrt(fan).
    Arguments and errors as in `kaiming_normal_`.
    """
    raise NotImplementedError("kaiming_uniform_")


def init_model_(model, a=0.0):
    """Give every conv and linear layer of `model` kaiming_uniform_ weights (mode "fan_in") and a bias of 0.

    model: an nn.Module; a: as in `kaiming_normal_`. Nothing else of the model changes.
    """
    raise NotImplementedError("init_model_")


def xavier_scale(n_in):
    """The factor for a standard normal matrix that keeps the mean square at 1, on the average: a float.

    n_in: how many numbers go in. This is for a matrix product alone, without an activation function after it.
    """
    raise NotImplementedError("xavier_scale")


def relu_scale(n_in):
    """The factor that keeps the mean square at 1, on the average, when a ReLU follows the matrix product: a float.

    n_in: how many numbers go in.
    """
    raise NotImplementedError("relu_scale")


def activation_stds(depth, n, scale, relu=False):
    """The std of the activations after each of `depth` random layers: a list of floats or 0-d tensors.

    The start is a vector of n standard normal float32 numbers, n being 2 or more. Each layer multiplies it by an
    n x n matrix of standard normal numbers times `scale`, and then, if `relu`, replaces negative numbers by 0. After
    each layer comes the std of the n activations. Where float32 can't compute it any more, it is inf or nan.
    """
    raise NotImplementedError("activation_stds")


def orthogonal_(weight):
    """(stretch) Fill `weight` with a random orthogonal matrix, and return it.

    weight: (out, in, *kernel), read as a matrix Q of `out` rows. If it has no more columns than rows, its columns
    are orthonormal (Q.T @ Q = I), so that it keeps the 2-norm of every x. Otherwise its rows are (Q @ Q.T = I).
    A draw from all such matrices: Mezzadri, "How to generate random matrices from the classical compact groups",
    Notices AMS 54 (2007).
    """
    raise NotImplementedError("orthogonal_")


def spectral_scale_(weight):
    """(stretch) Divide `weight` by its largest singular value, and return it.

    weight: (out, in, *kernel), not all zero, read as a matrix of `out` rows.
    """
    raise NotImplementedError("spectral_scale_")


def lsuv_(model, xb, tol=1e-2, max_iters=20):
    """(stretch) Make the weights of `model` orthogonal and its biases 0, then scale each layer to outputs of std 1.

    model: an nn.Module, run in the mode it is in; its buffers change as in any pass (a batch norm in train mode).
    xb: a batch on which no layer's output is constant. Afterwards, the std over all entries of each conv and linear
    layer's output is within `tol` of 1, unless `max_iters` passes over the batch were too few.

    Mishkin & Matas 2015, algorithm 1, except that they bound the variance, not the std.
    """
    raise NotImplementedError("lsuv_")
