"""Caps and dtypes that encoder and decoder agree on, and the memory that a tensor's strides reach."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

MAX_BYTES = 256 * 2**20
MAX_TREE_BYTES = 64 * 2**20  # of JSON: as objects it takes twenty times as much memory
MAX_DEPTH = 40
MAX_NODES = 2_000_000
MAX_DIMS = 64
MAX_ENTRIES = 2**26  # of all tensors in a message: strides of 0 make many out of few bytes
LEAVES = frozenset({str, bool, float, type(None)})  # what JSON carries as it is, ints apart
ARRAY_KINDS = frozenset("biufc")
ARRAY_DTYPES = {dtype.str: dtype for dtype in map(np.dtype, np.typecodes["All"]) if dtype.kind in ARRAY_KINDS}

DTYPES = {
    str(d).removeprefix("torch."): d
    for d in (
        torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.complex64, torch.complex128,
        torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.bool,
    )
}  # fmt: skip


class WireError(ValueError):
    """The bytes are not a valid message, or exceed one of the caps. The text says which."""


@dataclass(frozen=True)
class Opaque:
    """Stands for a value that is not plain data; `kind` is the name of its class."""

    kind: str

    def __repr__(self) -> str:
        return f"<an object of class {self.kind}>"


def span_of(shape: list[int], strides: list[int]) -> int:
    """Return the number of elements from a strided tensor's first to its last, both included."""
    if 0 in shape:
        return 0
    return 1 + sum((n - 1) * s for n, s in zip(shape, strides, strict=True))
