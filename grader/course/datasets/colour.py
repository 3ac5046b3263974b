"""Colour ink and background at random, so that only its shape tells a digit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

_COARSE, _FINE = 4, 9  # grids of random numbers that the background's texture is interpolated from
COLOUR_UNIFORM = 10 + _COARSE**2 + _FINE**2


def in_colour(ink: Tensor, u: Tensor) -> Tensor:
    """Return ink on a mottled background: float32 (n, 3, size, size), about in [0, 1].

    ink: (n, size, size) in [0, 1]
    u:   uniform in [0, 1), (n, COLOUR_UNIFORM): two colours of the background, one of the ink, dark on bright or the
         other way round, and the texture that blends the background's colours

    Every channel of the ink differs from the background's by at least 0.1.
    """
    import torch

    size = ink.shape[-1]
    coarse = u[:, 10 : 10 + _COARSE**2].view(-1, _COARSE, _COARSE)
    fine = u[:, 10 + _COARSE**2 :].view(-1, _FINE, _FINE)
    texture = (0.6 * _smooth(coarse, size) + 0.4 * _smooth(fine, size))[:, None]
    dark_on_bright = (u[:, 9] < 0.5)[:, None, None, None]
    dim = [0.5 * u[:, i : i + 3, None, None] for i in (0, 3)]
    bright = 0.6 + 0.4 * u[:, 6:9, None, None]
    one, two, pen = (c + dark_on_bright * (1 - 2 * c) for c in (*dim, bright))
    return torch.lerp(torch.lerp(two, one, texture), pen, ink[:, None])


def _smooth(grid: Tensor, size: int) -> Tensor:
    """Interpolate grids (n, g, g) smoothly to (n, size, size), by two matrix products."""
    import math

    import torch

    g = grid.shape[-1]
    at = torch.linspace(0, g - 1, size, device=grid.device)
    far = (at[:, None] - torch.arange(g, device=grid.device)).abs().clamp(max=1)
    weights = 0.5 + 0.5 * torch.cos(math.pi * far)
    return weights @ grid @ weights.T
