"""Hypothesis strategies for small tensors. They are drawn element by element, so they shrink to readable ones.

Everything shrinks towards float32, contiguous memory, small shapes and zeros.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from hypothesis import strategies as st

FLOATS = (torch.float32, torch.float64, torch.float16, torch.bfloat16)
LAYOUTS = ("contiguous", "transposed", "strided", "expanded")
_WIDTH = {torch.float16: 16, torch.bfloat16: 32, torch.float32: 32, torch.float64: 64}


def dtypes() -> st.SearchStrategy[torch.dtype]:
    """Draw one of the four floating dtypes; shrinks to float32."""
    return st.sampled_from(FLOATS)


def shapes(
    *, min_dims: int = 1, max_dims: int = 3, min_side: int = 1, max_side: int = 5
) -> st.SearchStrategy[tuple[int, ...]]:
    """Draw shapes of few dims and short sides; shrinks to few and short."""
    sides = st.integers(min_side, max_side)
    return st.lists(sides, min_size=min_dims, max_size=max_dims).map(tuple)


def floats(dtype: torch.dtype, magnitude: float) -> st.SearchStrategy[float]:
    """Draw finite numbers of `dtype` within ±magnitude (or ±the dtype's largest), without subnormals."""
    top = min(magnitude, torch.finfo(dtype).max)
    bound = float(torch.tensor(top, dtype=dtype))
    if bound > top:  # it was rounded up, out of the range
        bound = float(torch.nextafter(torch.tensor(bound, dtype=dtype), torch.tensor(0.0, dtype=dtype)))
    return st.floats(-bound, bound, width=_WIDTH[dtype], allow_subnormal=False)  # type: ignore[arg-type]


@st.composite
def tensors(
    draw: st.DrawFn,
    shape: st.SearchStrategy[tuple[int, ...]] | tuple[int, ...] | None = None,
    *,
    dtype: st.SearchStrategy[torch.dtype] | torch.dtype = torch.float32,
    magnitude: float = 1e4,
    special: Sequence[float] = (),
    layouts: Sequence[str] = ("contiguous",),
) -> torch.Tensor:
    """Draw tensors with entries within ±magnitude, and now and then one of `special` (such as -inf).

    shape:   a shape or a strategy for one (default: 1 to 3 dims of 1 to 5)
    layouts: the layouts, out of LAYOUTS, that the tensor may have in memory
    """
    the_dtype = dtype if isinstance(dtype, torch.dtype) else draw(dtype)
    the_shape = draw(shapes() if shape is None else shape) if not isinstance(shape, tuple) else shape
    layout = draw(st.sampled_from(list(layouts)))
    n = 1
    for side in the_shape:
        n *= side
    entry = floats(the_dtype, magnitude)
    if special:
        entry = st.one_of(entry, entry, st.sampled_from(list(special)))
    values = draw(st.lists(entry, min_size=n, max_size=n))
    return laid_out(torch.tensor(values, dtype=the_dtype).reshape(the_shape), layout)


def laid_out(x: torch.Tensor, layout: str) -> torch.Tensor:
    """Return `x` in another layout in memory. "expanded" repeats its first row, so its values change."""
    if layout == "transposed" and x.dim() >= 2:
        return x.transpose(-1, -2).contiguous().transpose(-1, -2)
    if layout == "strided" and x.dim() >= 1:
        return torch.stack([x, torch.full_like(x, 7.0)], -1)[..., 0]
    if layout == "expanded" and x.dim() >= 1 and x.shape[0] > 0:
        return x[:1].clone().expand(x.shape)
    return x


@st.composite
def with_dim(draw: st.DrawFn, tensor: st.SearchStrategy[torch.Tensor]) -> tuple[torch.Tensor, int]:
    """Draw a tensor of at least one dim and one of its dims, counted from either end; shrinks to -1."""
    x = draw(tensor)
    return x, draw(st.sampled_from([*range(-1, -x.dim() - 1, -1), *range(x.dim())]))


@st.composite
def classified(
    draw: st.DrawFn,
    *,
    min_rows: int = 1,
    max_rows: int = 5,
    max_classes: int = 5,
    min_classes: int = 1,
    magnitude: float = 30.0,
    dtype: st.SearchStrategy[torch.dtype] | torch.dtype = torch.float32,
    layouts: Sequence[str] = LAYOUTS,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw (scores, target): scores of shape (N, C) and int64 targets of shape (N,) below C."""
    n, c = draw(st.integers(min_rows, max_rows)), draw(st.integers(min_classes, max_classes))
    scores = draw(tensors((n, c), dtype=dtype, magnitude=magnitude, layouts=layouts))
    target = draw(st.lists(st.integers(0, c - 1), min_size=n, max_size=n))
    return scores, torch.tensor(target, dtype=torch.int64)
