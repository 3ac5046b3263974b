"""How people write digits: the path of the pen, as points that a smooth curve runs through.

A style is text: points "x,y" in a box of 100 by 100 (y downwards) in the order in which the pen meets them, strokes
set apart by "|". A stroke that begins where another ended makes a corner there. Between its points a stroke is
a Catmull-Rom spline (Catmull & Rom, 1974), a chain of cubic Bézier arcs; a stroke that ends where it began is closed.

This is fast because points on a spline are linear in its control points, so a style is one matrix, and writing a
thousand digits is one batched product.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

SAMPLES = 64  # points along the pen's path; about a pixel apart at 28 px

STYLES: tuple[tuple[str, ...], ...] = (
    (
        "50,0 22,14 14,50 22,86 50,100 78,86 86,50 78,14 50,0",
        "50,0 32,14 26,50 32,86 50,100 68,86 74,50 68,14 50,0",
        "66,7 42,3 20,24 15,60 29,93 57,98 82,70 82,30 60,4 46,10",
    ),
    (
        "50,0 50,100",
        "62,0 56,50 40,100",
        "30,24 52,0 | 52,0 52,100",
        "32,22 52,0 | 52,0 52,100 | 28,100 76,100",
    ),
    (
        "18,24 30,6 54,0 76,10 80,30 64,56 40,80 16,100 | 16,100 84,100",
        "18,22 34,4 60,2 78,20 70,48 44,80 26,97 15,90 25,78 48,88 66,98 86,92",
        "20,20 40,2 66,6 76,28 60,60 18,98 | 18,98 38,91 60,99 86,94",
    ),
    (
        "18,14 40,0 68,4 76,24 62,42 40,48 | 40,48 68,54 82,72 70,94 42,100 16,88",
        "18,2 78,2 | 78,2 44,40 | 44,40 74,50 82,74 64,96 38,100 16,90",
        "20,12 46,0 72,10 72,34 44,47 74,58 80,80 56,100 18,90",
    ),
    (
        "28,2 22,34 16,56 | 16,56 84,56 | 66,6 64,100",
        "62,0 12,66 | 12,66 88,66 | 62,0 62,100",
        "24,2 16,38 32,54 58,52 78,44 | 82,2 76,50 70,100",
        "68,0 14,60 | 14,60 86,58 | 66,34 60,100",
    ),
    (
        "78,2 30,2 | 30,2 24,44 | 24,44 50,36 76,46 82,70 66,94 40,100 16,90",
        "78,5 52,2 32,8 27,40 56,40 80,58 74,86 46,100 16,88",
        "28,6 23,46 | 23,46 50,40 78,56 76,84 48,100 16,90 | 28,6 82,0",
    ),
    (
        "70,2 42,16 22,46 18,74 34,98 62,98 78,78 70,56 46,51 24,64 19,76",
        "62,0 32,40 18,72 30,96 58,100 80,82 74,60 50,54 26,66 20,76",
        "76,14 58,0 34,14 18,50 20,82 44,100 72,92 80,70 62,52 36,56 20,74",
    ),
    (
        "16,2 82,2 | 82,2 60,40 42,100",
        "16,2 82,2 | 82,2 42,100 | 32,50 78,50",
        "16,18 18,2 | 18,2 84,4 | 84,4 56,46 46,100",
        "14,12 36,3 60,9 84,2 | 84,2 58,44 46,100",
    ),
    (
        "74,14 50,0 26,12 28,34 50,48 76,64 78,88 50,100 22,88 24,64 50,48 72,34 74,14",
        "50,0 30,7 24,24 32,42 50,48 68,42 76,24 70,7 50,0 | 50,48 26,56 17,76 28,96 50,100 72,96 83,76 74,56 50,48",
        "80,12 50,1 24,16 36,40 68,58 80,82 56,100 26,94 20,74 40,54 70,34 80,12",
    ),
    (
        "77,20 56,0 30,7 20,29 31,51 56,50 77,20 | 77,20 75,55 70,100",
        "78,26 60,4 34,4 20,26 34,50 60,48 78,26 | 78,26 80,52 72,84 50,99 24,90",
        "76,10 52,0 27,10 20,35 38,53 62,40 76,10 | 76,10 56,100",
    ),
)


@dataclass(frozen=True)
class Skeletons:
    """All styles of all digits as tensors, S styles with at most P control points each.

    first, count: int64 (10,), where a digit's styles begin and how many there are. control: float32 (S, P, 2) in the
    unit square. spline: float32 (S, SAMPLES, P), from control points to points at equal distances along the path.
    joined: float32 (S, SAMPLES - 1), 1 where the pen is down between one point and the next.
    """

    first: Tensor
    count: Tensor
    control: Tensor
    spline: Tensor
    joined: Tensor


@functools.cache
def skeletons(device: str = "cpu") -> Skeletons:
    """Return the styles above as tensors on `device`."""
    import torch

    parsed = [[_parse(text) for text in styles] for styles in STYLES]
    flat = [style for styles in parsed for style in styles]
    widest = max(len(points) for points, _ in flat)
    control = torch.zeros(len(flat), widest, 2)
    spline = torch.zeros(len(flat), SAMPLES, widest)
    joined = torch.ones(len(flat), SAMPLES - 1)
    for s, (points, strokes) in enumerate(flat):
        control[s, : len(points)] = torch.tensor(points) / 100
        spline[s], breaks = _sampled(control[s], strokes)
        joined[s, breaks] = 0
    count = torch.tensor([len(styles) for styles in parsed])
    first = count.cumsum(0) - count
    return Skeletons(*(t.to(device) for t in (first, count, control, spline, joined)))


def _parse(text: str) -> tuple[list[tuple[float, float]], list[list[int]]]:
    """Return a style's distinct points, and each stroke as indices into them, so that strokes that meet stay joined."""
    points: list[tuple[float, float]] = []
    strokes = []
    for part in text.split("|"):
        stroke = []
        for word in part.split():
            x, y = map(float, word.split(","))
            if (x, y) not in points:
                points.append((x, y))
            stroke.append(points.index((x, y)))
        strokes.append(stroke)
    return points, strokes


def _sampled(control: Tensor, strokes: list[list[int]]) -> tuple[Tensor, list[int]]:
    """The matrix (SAMPLES, P) to equally spaced points, and after which of them the pen is lifted."""
    import torch

    dense = [_spline(stroke, len(control)) for stroke in strokes]
    along = []
    for matrix in dense:
        steps = (matrix @ control).diff(dim=0).norm(dim=1)
        along.append(torch.cat([torch.zeros(1), steps.cumsum(0)]))
    total = float(sum(a[-1] for a in along))
    rows: list[Tensor] = []
    breaks = []
    for i, (matrix, a) in enumerate(zip(dense, along, strict=True)):
        left = SAMPLES - len(rows)
        n = left if i == len(dense) - 1 else max(2, round(SAMPLES * float(a[-1]) / total))
        wanted = torch.linspace(0, float(a[-1]), n)
        rows += list(matrix[torch.searchsorted(a, wanted).clamp(max=len(a) - 1)])
        breaks.append(len(rows) - 1)
    return torch.stack(rows), breaks[:-1]


def _spline(stroke: list[int], n_points: int, per_piece: int = 200) -> Tensor:
    """Return a Catmull-Rom spline through the stroke's points as a matrix (many, n_points)."""
    import torch

    one = torch.eye(n_points)[stroke]
    closed = stroke[0] == stroke[-1]
    before = one[-2] if closed else 2 * one[0] - one[1]
    after = one[1] if closed else 2 * one[-1] - one[-2]
    p = torch.cat([before[None], one, after[None]])
    t = torch.linspace(0, 1, per_piece)[:, None]
    pieces = []
    for i in range(1, len(p) - 2):
        a, b, c, d = p[i - 1 : i + 3]
        cubic = -a + 3 * b - 3 * c + d
        pieces.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + cubic * t**3))
    return torch.cat(pieces)
