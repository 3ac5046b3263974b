"""Plain data as a tree that JSON carries, and raw buffers."""

from __future__ import annotations

from collections.abc import Collection
from itertools import chain
from typing import Any

import numpy as np
import torch

from grader.box.wire.common import (
    ARRAY_KINDS,
    DTYPES,
    LEAVES,
    MAX_DEPTH,
    MAX_NODES,
    WireError,
    span_of,
)

_STR: set[type] = {str}
_DICT: set[type] = {dict}
_LIST: set[type] = {list}
_TUPLE: set[type] = {tuple}
_FEW = 4  # items in a list from which on columns are smaller
_LARGE = 2**63  # ints from here on are looked at one by one
_NAMES = {dtype: name for name, dtype in DTYPES.items()}
_NUMPY_DTYPES = frozenset(DTYPES.values()) - {torch.bfloat16}


class Encoder:
    """Encodes one message: a tree to go into JSON, and the `buffers` of its tensors and arrays.

    Raise WireError when a value is nested too deeply, or has too many parts.
    """

    def __init__(self) -> None:
        self.buffers: list[bytes] = []
        self.nodes = 0

    def encode(self, value: Any, depth: int) -> Any:
        self.nodes += 1
        return self._encode(value, depth)

    def _encode(self, value: Any, depth: int) -> Any:
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise WireError("nested too deeply" if depth > MAX_DEPTH else "too many values in one message")
        kind = type(value)
        if kind in LEAVES:
            return value
        if kind is list:
            return self._all(value, depth) if len(value) < _FEW else self._many(value, depth)
        if kind is dict and set(map(type, value)) <= _STR:
            return {"s": dict(zip(value, self._all(value.values(), depth), strict=True))}
        if kind is tuple:
            return {"t": self._all(value, depth)}
        if isinstance(value, torch.Tensor):
            return self._tensor(value)
        return self._rare(value, depth)

    def _rare(self, value: Any, depth: int) -> Any:
        """Encode what is left: large ints, subclasses of plain types, arrays, and what can't cross."""
        if isinstance(value, (bool, str)):
            return value
        if isinstance(value, int):
            return int(value) if abs(value) < 10**300 else {"o": "int of more than 300 digits"}
        if isinstance(value, float):
            return float(value)
        if isinstance(value, list):
            return self._all(value, depth)
        if isinstance(value, tuple):
            return {"t": self._all(value, depth)}
        if isinstance(value, dict):
            if all(type(k) is str for k in value):
                return {"s": dict(zip(value, self._all(value.values(), depth), strict=True))}
            return {"d": [self._all(item, depth) for item in value.items()]}
        if isinstance(value, (np.ndarray, np.generic)):
            return self._array(value)
        if isinstance(value, torch.dtype):
            return {"y": str(value).removeprefix("torch.")}
        return {"o": type(value).__name__}

    def _all(self, values: Collection[Any], depth: int) -> Collection[Any]:
        """Encode the items of a container. Most are leaves, which are handled here: a call for each would be slow."""
        self.nodes += len(values)
        if self.nodes > MAX_NODES:
            raise WireError("too many values in one message")
        if set(map(type, values)) <= LEAVES:
            return values if type(values) is list else list(values)
        encode, depth = self._encode, depth + 1
        return [
            v if (kind := type(v)) in LEAVES or (kind is int and -_LARGE < v < _LARGE) else encode(v, depth)
            for v in values
        ]

    def _many(self, values: list[Any], depth: int) -> Any:
        """Encode a list of some length: by columns if its items are of one shape, which is smaller, and faster."""
        kinds = set(map(type, values))
        if kinds == _DICT and set(map(type, chain.from_iterable(values))) <= _STR:
            return self._table(values, depth)
        if (
            kinds in (_LIST, _TUPLE)
            and len(lengths := set(map(len, values))) == 1
            and 0 < max(lengths) < len(values)
        ):
            self.nodes += len(values)
            columns = [self._encode(list(column), depth + 1) for column in zip(*values, strict=True)]
            return {"g": ["t" if kinds == _TUPLE else "l", columns]}
        return self._all(values, depth)

    def _table(self, rows: list[dict[str, Any]], depth: int) -> dict[str, Any]:
        """Encode dicts by their keys: a trace of thousands of events has a few sets of them, and columns pack fast."""
        self.nodes += len(rows)
        groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for row in rows:
            groups.setdefault(tuple(row), []).append(row)
        numbers = {keys: number for number, keys in enumerate(groups)}
        columns = [
            [
                list(keys),
                len(same),
                [
                    self._encode(list(column), depth + 1)
                    for column in zip(*map(dict.values, same), strict=True)
                ],
            ]
            for keys, same in groups.items()
        ]
        return {"r": [[numbers[tuple(row)] for row in rows], columns]}

    def _tensor(self, value: torch.Tensor) -> dict[str, Any]:
        if (dtype := _NAMES.get(value.dtype)) is None or value.layout is not torch.strided or value.is_meta:
            return {"o": f"{value.layout} tensor of {value.dtype}"}
        plain = value.detach()
        shape, strides = list(plain.shape), list(plain.stride())
        self.buffers.append(_memory_of(plain, shape, strides))
        about = {"b": len(self.buffers) - 1, "dtype": dtype, "shape": shape, "strides": strides}
        if value.requires_grad:
            about["grad"] = True
        return {"T": about}

    def _array(self, value: np.ndarray | np.generic) -> Any:
        if value.dtype.kind not in ARRAY_KINDS or not value.dtype.isnative:
            return {"o": f"numpy value of dtype {value.dtype}"}
        if isinstance(value, np.generic):
            return self.encode(value.item(), 0) if value.dtype.kind != "c" else {"o": "complex"}
        self.buffers.append(np.ascontiguousarray(value).tobytes())
        return {"A": {"b": len(self.buffers) - 1, "dtype": value.dtype.str, "shape": list(value.shape)}}


def _memory_of(x: torch.Tensor, shape: list[int], strides: list[int]) -> bytes:
    """Return the stretch of memory that the strides reach. For a tensor on a device: of its copy on the CPU."""
    if x.is_contiguous() and x.is_cpu and x.dtype in _NUMPY_DTYPES and not (x.is_conj() or x.is_neg()):
        return x.numpy().tobytes()  # five times as fast
    if (span := span_of(shape, strides)) == 0:
        return b""
    flat = x.resolve_conj().resolve_neg().as_strided((span,), (1,)).cpu().contiguous()
    return flat.view(torch.uint8).numpy().tobytes()
