"""Draw digits with a simulated pen: images like MNIST's, as many as you like, from a seed.

An image is a pure function of (seed, index): the same at any n and start, and the same digit at any size and on any
device (to rounding). On one machine's CPU it is the same to the bit, since all is computed in batches of a
fixed shape.
"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING

from grader.course.datasets.colour import COLOUR_UNIFORM, in_colour
from grader.course.datasets.randomness import BLOCK, generator_for, numbers
from grader.course.datasets.skeletons import Skeletons, skeletons

if TYPE_CHECKING:
    from torch import Tensor

CLASSES = tuple("0123456789")
_WAVES = 3  # of the smooth deformation
_PLANES = 16  # of noise, which each image mixes in its own way
_JITTER = 20  # control points a style may have at most
_SHAPE_UNIFORM = 10 + 3 * _WAVES
_NORMAL = 2 * _JITTER + 2 * _WAVES + 3 + _PLANES


def draw(
    n: int, seed: int, *, size: int = 28, channels: int = 1, device: str = "cpu", start: int = 0
) -> tuple[Tensor, Tensor]:
    """Return n images of handwritten-looking digits, and their labels.

    Images are float32 (n, channels, size, size) in [0, 1], labels int64 (n,), both on `device`. With one channel
    the ink is bright on black, as in MNIST; with three, ink and a softly mottled background have random colours.
    `start` is the index of the first: draw(10, s, start=20) is draw(30, s) from 20 on. Ten images from an
    index that is divisible by ten show all ten digits, in random order.
    Raise ValueError for a size below 8, for channels other than 1 and 3, and for a negative n or start.
    """
    import torch

    if size < 8 or channels not in (1, 3):
        raise ValueError(f"size must be at least 8 and channels 1 or 3, got {size} and {channels}")
    if n < 0 or start < 0:
        raise ValueError(f"start and n must be at least 0, got {start} and {n}")
    x = torch.empty(n, channels, size, size, device=device)
    y = torch.empty(n, dtype=torch.int64)
    batch = 50 if size <= 64 else 10  # both divide BLOCK
    for first in range(start - start % batch, start + n, batch):
        images, labels = _batch(seed, first, batch, size, channels, device)
        lo, hi = max(first, start), min(first + batch, start + n)
        x[lo - start : hi - start] = images[lo - first : hi - first]
        y[lo - start : hi - start] = labels[lo - first : hi - first]
    return x, y.to(device)


def _batch(seed: int, first: int, n: int, size: int, channels: int, device: str) -> tuple[Tensor, Tensor]:
    u, z = numbers("strokes", seed, first, n, uniform=1 + _SHAPE_UNIFORM + COLOUR_UNIFORM, normal=_NORMAL)
    y = u[:, 0].view(-1, 10).argsort(dim=1, stable=True).flatten()
    shape, colour = u[:, 1 : 1 + _SHAPE_UNIFORM].to(device), u[:, 1 + _SHAPE_UNIFORM :].to(device)
    z = z.to(device)
    points, length = _pen_path(skeletons(device), y.to(device), shape, z)
    ink = _ink(points, length, shape, size) * (0.75 + 0.25 * shape[:, 9, None, None])
    image = (ink[:, None] if channels == 1 else in_colour(ink, colour)).contiguous()
    # Noise: every image's own mixture of the planes of Gaussian noise of its block.
    mix = z[:, -_PLANES:] / z[:, -_PLANES:].norm(dim=1, keepdim=True) * (0.04 * shape[:, 8, None])
    planes = _planes(seed, first // BLOCK, channels * size * size).to(device)
    return image.flatten(1).addmm_(mix, planes).clamp_(0, 1).view_as(image), y


def _pen_path(styles: Skeletons, y: Tensor, u: Tensor, z: Tensor) -> tuple[Tensor, Tensor]:
    """Return the pen's path, (n, SAMPLES, 2) with x and y in [0, 1] of the image, and its mean step, (n,)."""
    import torch

    style = styles.first[y] + (u[:, 0] * styles.count[y]).long()
    control = styles.control[style] - 0.5
    control = control + 0.025 * z[:, : 2 * _JITTER].view(-1, _JITTER, 2)[:, : control.shape[1]]
    p = torch.bmm(styles.spline[style], control)
    p = _bent(
        p, u[:, 10:].view(-1, _WAVES, 3), z[:, 2 * _JITTER : 2 * _JITTER + 2 * _WAVES].view(-1, _WAVES, 2)
    )

    angle, slant = 0.13 * z[:, -_PLANES - 1], 0.18 * z[:, -_PLANES - 2] + 0.05
    px, py = p[..., 0] * (0.65 + 0.4 * u[:, 1, None]), p[..., 1]
    px = px - slant.clamp(-0.45, 0.45)[:, None] * py
    cos, sin = angle.clamp(-0.35, 0.35).cos()[:, None], angle.clamp(-0.35, 0.35).sin()[:, None]
    p = torch.stack([cos * px - sin * py, sin * px + cos * py], dim=-1)

    # Scaled by its greater extent, then moved about in the room that is left: nothing leaves the image.
    low, high = p.amin(dim=1), p.amax(dim=1)
    scale = _extent(u) / (high - low).amax(dim=1)
    room = 0.82 - (high - low) * scale[:, None]
    p = (p - ((low + high) / 2)[:, None]) * scale[:, None, None] + 0.5 + ((u[:, 3:5] - 0.5) * room)[:, None]

    down = styles.joined[style]
    step = (p.diff(dim=1).square().sum(-1).sqrt() * down).sum(1) / down.sum(1)
    return p, step


def _extent(u: Tensor) -> Tensor:
    """Return the digit's height or width, whichever is greater, as a share of the image's side: (n,)."""
    return 0.55 + 0.23 * u[:, 2]


def _bent(p: Tensor, u: Tensor, z: Tensor) -> Tensor:
    """Move points by a few long waves in random directions: a smooth, elastic deformation of the plane."""
    import torch

    frequency = 2 * math.pi * (1.6 * u[..., :2] - 0.8)
    phase = 2 * math.pi * u[..., 2]
    wave = torch.sin(
        p[:, None, :, 0] * frequency[:, :, None, 0]
        + p[:, None, :, 1] * frequency[:, :, None, 1]
        + phase[..., None]
    )
    return p + 0.035 * (wave[..., None] * z[:, :, None, :]).sum(1)


def _ink(p: Tensor, step: Tensor, u: Tensor, size: int) -> Tensor:
    """Return the pen's trace, (n, size, size) in [0, 1], antialiased.

    The sum of Gaussians (standard deviation s) around points a step h apart along a line is, at distance d from it,
    sqrt(2π) s/h · exp(-d²/2s²), so that d is had from the sum; and the sum is separable, one small matrix product
    an image instead of a distance from every pixel to every piece of the path.
    """
    import torch

    pixels = (torch.arange(size, device=p.device, dtype=torch.float32) + 0.5) / size
    half = (0.038 + 0.042 * u[:, 5] ** 1.5) * _extent(u)  # half the stroke's width
    s = (0.75 * half)[:, None, None]
    p = p / (math.sqrt(2) * s)
    pixels = pixels / (math.sqrt(2) * s)  # (n, 1, size)
    # Far away counts as exp(-40): smaller numbers would be denormal ones, which processors are slow with.
    across = (pixels - p[..., 0:1]).square_().neg_().clamp_(min=-40).exp_()
    down = (pixels.transpose(1, 2) - p[:, None, :, 1]).square_().neg_().clamp_(min=-40).exp_()
    field = torch.bmm(down, across) * (step[:, None, None] / (math.sqrt(2 * math.pi) * s))
    d = s * field.clamp_(1e-12, 1).log_().mul_(-2).sqrt_()
    edge = 1 / size + 0.02 * u[:, 6, None, None]
    return (0.5 + (half[:, None, None] - d) / edge).clamp(0, 1)


@functools.lru_cache(maxsize=1)  # asked for by every batch of a block in turn
def _planes(seed: int, block: int, pixels: int) -> Tensor:
    import torch

    return torch.randn(_PLANES, pixels, generator=generator_for("noise", seed, block, pixels))
