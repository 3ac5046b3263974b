"""Draw random numbers that belong to an item, and do not depend on the call that asks for them.

Item i of a seed gets the same numbers whether it is drawn alone, with the first thousand, or in chunks: numbers
are drawn in blocks of BLOCK items, each from its own generator, and those not asked for are thrown away.
They are always drawn on the CPU, so that they are the same on every device.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Generator, Tensor

BLOCK = 250  # items; a multiple of ten, so that whole tens of labels fit in


def numbers(
    purpose: str, seed: int, start: int, n: int, *, uniform: int, normal: int
) -> tuple[Tensor, Tensor]:
    """Return uniform numbers in [0, 1) and standard normal ones for the items start … start+n-1.

    They are two float32 tensors on the CPU, (n, uniform) and (n, normal). `purpose` keeps the streams of different
    uses apart. Raise ValueError for a negative start or n.
    """
    import torch

    if start < 0 or n < 0:
        raise ValueError(f"start and n must be at least 0, got {start} and {n}")
    first = start // BLOCK
    us, zs = [torch.empty(0, uniform)], [torch.empty(0, normal)]
    for block in range(first, -(-(start + n) // BLOCK)):
        generator = generator_for(purpose, seed, block)
        us.append(torch.rand(BLOCK, uniform, generator=generator))
        zs.append(torch.randn(BLOCK, normal, generator=generator))
    skipped = start - first * BLOCK
    return torch.cat(us)[skipped : skipped + n], torch.cat(zs)[skipped : skipped + n]


def generator_for(*key: object) -> Generator:
    """Return a CPU generator seeded by the key alone. Different keys give unrelated streams."""
    import torch

    digest = hashlib.sha256("/".join(map(str, key)).encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:7], "big"))
