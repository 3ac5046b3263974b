"""The data in a tree and buffers that nobody has vetted: every count, size and stride is checked."""

from __future__ import annotations

import math
import sys
from collections.abc import Collection
from typing import Any

import numpy as np
import torch

from grader.box.wire.common import (
    ARRAY_DTYPES,
    DTYPES,
    LEAVES,
    MAX_DEPTH,
    MAX_DIMS,
    MAX_ENTRIES,
    MAX_NODES,
    Opaque,
    WireError,
    span_of,
)

_UNTAGGED = LEAVES | {int}
_SAME_HASH = (
    16  # keys of a dict: by chance there are two (-1 and -2); with thousands, making it takes for ever
)


class Decoder:
    """Decodes one message.

    data:  its buffers, one after the other
    sizes: bytes of each
    Raise WireError, or what Python raises for data of another shape, for anything that no encoder makes.
    """

    def __init__(self, data: memoryview, sizes: Any) -> None:
        if not isinstance(sizes, list) or sum(map(_size, sizes)) != len(data):
            raise WireError("the buffers are of other sizes than announced")
        self.buffers: list[memoryview] = []
        start = 0
        for size in sizes:
            self.buffers.append(data[start : start + size])
            start += size
        self.nodes = 0
        self.entries = 0

    def decode(self, tree: Any, depth: int) -> Any:
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise WireError("nested too deeply, or too many values")
        if type(tree) is list:
            return self._all(tree, depth)
        if type(tree) is not dict:
            return tree
        ((tag, content),) = tree.items()
        if tag == "s":
            return dict(zip(content, self._all(content.values(), depth), strict=True))
        if tag == "r":
            return self._rows(content, depth)
        if tag == "g":
            return self._grid(content, depth)
        if tag == "t":
            return tuple(self._all(content, depth))
        if tag == "d":
            return self._dict(content, depth)
        if tag == "T":
            return self._tensor(content)
        if tag == "A":
            return self._array(content)
        if tag == "y":
            return DTYPES[content]
        if tag == "o":
            return Opaque(str(content)[:100])
        raise WireError(f"an unknown tag: {str(tag)[:20]!r}")

    def _all(self, trees: Collection[Any], depth: int) -> list[Any]:
        self.nodes += len(trees)
        if self.nodes > MAX_NODES:
            raise WireError("too many values")
        if set(map(type, trees)) <= _UNTAGGED:
            return trees if type(trees) is list else list(trees)
        decode, depth = self.decode, depth + 1
        return [t if (kind := type(t)) in LEAVES or kind is int else decode(t, depth) for t in trees]

    def _dict(self, items: list[Any], depth: int) -> dict[Any, Any]:
        keys = [_key(key) for key in self._all([key for key, _ in items], depth)]
        if len(keys) - len(set(map(hash, keys))) > _SAME_HASH:
            raise WireError("a dict many of whose keys have the same hash")
        return dict(zip(keys, self._all([value for _, value in items], depth), strict=True))

    def _rows(self, table: list[Any], depth: int) -> list[dict[str, Any]]:
        order, columns = table
        self.nodes += len(order)
        if self.nodes > MAX_NODES:
            raise WireError("too many values")
        groups = [self._group(group, depth) for group in columns]
        left = [iter(group) for group in groups]
        rows = [next(left[_size(number)]) for number in order]
        if len(rows) != sum(map(len, groups)):
            raise WireError("a table with more rows than its order names")
        return rows

    def _grid(self, grid: list[Any], depth: int) -> list[Any]:
        kind, columns = grid
        decoded = self._columns(columns, depth)
        self.nodes += len(decoded[0])
        rows = zip(*decoded, strict=True)
        return list(rows) if kind == "t" else list(map(list, rows))

    def _columns(self, columns: list[Any], depth: int) -> list[list[Any]]:
        decoded = [self.decode(column, depth + 1) for column in columns]
        if set(map(type, decoded)) != {list}:
            raise WireError("a column that is no list, or no column")
        return decoded

    def _group(self, group: list[Any], depth: int) -> list[dict[str, Any]]:
        keys, count, columns = group
        if not keys:
            self.nodes += _size(count)
            if self.nodes > MAX_NODES:
                raise WireError("too many values")
            return [{} for _ in range(count)]
        if set(map(type, keys)) != {str}:
            raise WireError("a table with keys that are no strings")
        return [dict(zip(keys, row, strict=True)) for row in zip(*self._columns(columns, depth), strict=True)]

    def _tensor(self, about: dict[str, Any]) -> torch.Tensor:
        dtype = DTYPES[about["dtype"]]
        shape, strides = [_size(n) for n in about["shape"]], [_size(n) for n in about["strides"]]
        if len(shape) != len(strides) or len(shape) > MAX_DIMS:
            raise WireError("shape and strides of different lengths")
        self.entries += math.prod(shape)
        if self.entries > MAX_ENTRIES:
            raise WireError(f"tensors of more than {MAX_ENTRIES} entries")
        buffer = self.buffers[_size(about["b"])]
        span = span_of(shape, strides)
        if len(buffer) != span * dtype.itemsize:
            raise WireError("a tensor's buffer is of another size than its shape and strides ask for")
        flat = torch.frombuffer(bytearray(buffer), dtype=dtype) if span else torch.empty(0, dtype=dtype)
        tensor = flat.as_strided(shape, strides)
        return tensor.requires_grad_() if about.get("grad") is True and dtype.is_floating_point else tensor

    def _array(self, about: dict[str, Any]) -> np.ndarray:
        dtype = ARRAY_DTYPES[about["dtype"]]
        shape = tuple(_size(n) for n in about["shape"])
        return np.frombuffer(bytearray(self.buffers[_size(about["b"])]), dtype).reshape(shape)


def _size(n: Any) -> int:
    if type(n) is not int or not 0 <= n < sys.maxsize:
        raise WireError("a size, stride or index that is not a natural number")
    return n


def _key(key: Any) -> Any:
    if isinstance(key, (str, int, float, bool, tuple)) or key is None:
        return key
    raise WireError("a dict whose key is not a plain value")
