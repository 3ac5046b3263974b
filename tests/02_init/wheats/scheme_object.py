"""An object holds the scheme (slope, mode) and yields the std for a shape; the functions are thin doors to it."""

import math
from dataclasses import dataclass
from enum import Enum

import torch
from torch import nn


class Mode(Enum):
    """Which side of the layer keeps its variance. Unknown names are a ValueError, by Enum."""

    FORWARD = "fan_in"
    BACKWARD = "fan_out"


@dataclass(frozen=True)
class Shape:
    out_channels: int
    in_channels: int
    positions: int

    @classmethod
    def of(cls, weight):
        out_channels, in_channels, *kernel = weight.shape
        return cls(out_channels, in_channels, math.prod(kernel))

    @property
    def fan_in(self):
        return self.in_channels * self.positions

    @property
    def fan_out(self):
        return self.out_channels * self.positions


@dataclass(frozen=True)
class Kaiming:
    a: float = 0.0
    mode: Mode = Mode.FORWARD

    def std(self, shape):
        return gain(self.a) / math.sqrt(getattr(shape, self.mode.value))

    def normal(self, weight):
        target = weight.detach()
        target.normal_(std=self.std(Shape.of(weight)))
        return weight

    def uniform(self, weight):
        bound = math.sqrt(3) * self.std(Shape.of(weight))
        target = weight.detach()
        target.uniform_(-bound, bound)
        return weight


class Visitor:
    """Goes through a tree of modules and treats those it knows."""

    knows = (nn.Linear, nn.modules.conv._ConvNd)

    def __init__(self, scheme):
        self.scheme = scheme

    def visit(self, module):
        if isinstance(module, self.knows):
            self.treat(module)
        for child in module.children():
            self.visit(child)

    def treat(self, layer):
        self.scheme.uniform(layer.weight)
        if layer.bias is not None:
            layer.bias.detach().zero_()


def stats(x):
    return float(x.mean()), float(x.std())


def receptive_field_size(weight):
    return Shape.of(weight).positions


def fans(weight):
    shape = Shape.of(weight)
    return shape.fan_in, shape.fan_out


def gain(a):
    return math.sqrt(2 / (1 + a**2))


def kaiming_normal_(weight, a=0.0, mode="fan_in"):
    return Kaiming(a, Mode(mode)).normal(weight)


def kaiming_uniform_(weight, a=0.0, mode="fan_in"):
    return Kaiming(a, Mode(mode)).uniform(weight)


def init_model_(model, a=0.0):
    Visitor(Kaiming(a)).visit(model)
    return model


def xavier_scale(n_in):
    return 1 / n_in**0.5


def relu_scale(n_in):
    return 2**0.5 / n_in**0.5


class Stack:
    """A tower of random layers of one width."""

    def __init__(self, n, scale, relu):
        self.n, self.scale, self.relu = n, scale, relu

    def layer(self, x):
        y = torch.mv(torch.randn(self.n, self.n).mul_(self.scale), x)
        return y.clamp_(0) if self.relu else y

    def run(self, depth):
        x = torch.randn(self.n)
        for _ in range(depth):
            x = self.layer(x)
            yield x.std().item()


def activation_stds(depth, n, scale, relu=False):
    return list(Stack(n, scale, relu).run(depth))


def lsuv_(model, xb, tol=1e-2, max_iters=20):
    """One layer at a time: run the model, look at what that layer gave, divide, until it is near 1."""
    seen = []

    def spy(layer, inputs, output):
        seen.append((layer, output.std().item()))

    layers = [m for m in model.modules() if isinstance(m, Visitor.knows)]
    handles = [layer.register_forward_hook(spy) for layer in layers]
    with torch.no_grad():
        model(xb)
        for place in range(len(seen)):
            for _ in range(max_iters):
                seen.clear()
                model(xb)
                layer, std = seen[place]
                if abs(std - 1) < tol / 2:
                    break
                for parameter in layer.parameters(recurse=False):
                    parameter.div_(std)
    for handle in handles:
        handle.remove()
    return model
