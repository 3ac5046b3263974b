"""Plain data as bytes: what crosses between the judge and the box, and nothing else.

A message is a JSON tree and raw buffers. JSON carries None, bool, int, float (nan and inf too), str and
list as they are; everything else is an object with one key, its tag:

    {"t": [...]}        tuple
    {"s": {k: v...}}    dict whose keys are strings
    {"d": [[k, v]...]}  any other dict
    {"T": {...}}        torch.Tensor: dtype, shape, strides, requires_grad, which buffer
    {"A": {...}}        numpy.ndarray
    {"y": "float32"}    torch.dtype
    {"o": "generator"}  anything else: the name of its class, and no more (see Opaque)

A tensor's buffer holds the stretch of memory that its strides reach, so an expanded tensor stays expanded
and costs one row. From whatever device a tensor comes, it is decoded to the CPU. Decoding trusts nothing: every count,
size and stride is checked against what is there.
"""

from __future__ import annotations

import json
import math
import struct
import sys
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

MAX_BYTES = 256 * 2**20
MAX_DEPTH = 40
MAX_NODES = 2_000_000
MAX_DIMS = 64
MAX_ENTRIES = 2**26  # of all tensors in a message: strides of 0 make many out of few bytes
_LEAVES = frozenset({str, bool, float, type(None)})  # what JSON carries as it is, ints apart
_UNTAGGED = _LEAVES | {int}
_STR = frozenset({str})
_LARGE = 2**63  # ints from here on are looked at one by one
_HEAD = struct.Struct("!IQ")  # bytes of JSON, bytes of all buffers
HEAD_SIZE = _HEAD.size

_DTYPES = {
    str(d).removeprefix("torch."): d
    for d in (
        torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.complex64, torch.complex128,
        torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.bool,
    )
}  # fmt: skip
_NAMES = {dtype: name for name, dtype in _DTYPES.items()}
_NUMPY_DTYPES = frozenset(_DTYPES.values()) - {torch.bfloat16}
_ARRAY_DTYPES = frozenset("biufc")


class WireError(ValueError):
    """The bytes are not a valid message, or exceed one of the caps. The text says which."""


@dataclass(frozen=True)
class Opaque:
    """Stands for a value that is not plain data; `kind` is the name of its class."""

    kind: str

    def __repr__(self) -> str:
        return f"<an object of class {self.kind}>"


def pack(value: Any) -> bytes:
    """Return `value` as one message. Raise WireError when it exceeds a cap (depth, nodes, bytes)."""
    encoder = _Encoder()
    tree = json.dumps([encoder.encode(value, 0), [len(b) for b in encoder.buffers]]).encode()
    size = sum(map(len, encoder.buffers))
    if len(tree) + size > MAX_BYTES:
        raise WireError(f"{(len(tree) + size) / 2**20:.0f} MB is more than may cross ({MAX_BYTES >> 20} MB)")
    return b"".join([_HEAD.pack(len(tree), size), tree, *encoder.buffers])


def body_size(head: bytes) -> int:
    """Return the number of bytes that follow a message's first HEAD_SIZE bytes. Raise WireError above the cap."""
    tree, buffers = _HEAD.unpack(head)
    if tree + buffers > MAX_BYTES:
        raise WireError(f"a message of {tree + buffers} bytes is above the cap of {MAX_BYTES}")
    return int(tree + buffers)


def unpack(message: bytes | bytearray) -> Any:
    """Return the value of a whole message (head and body). Raise WireError for invalid bytes."""
    try:
        tree_size, buffer_size = _HEAD.unpack_from(message)
        if len(message) != HEAD_SIZE + tree_size + buffer_size:
            raise WireError("a message of another length than its head says")
        tree, sizes = json.loads(message[HEAD_SIZE : HEAD_SIZE + tree_size])
        return _Decoder(memoryview(message)[HEAD_SIZE + tree_size :], sizes).decode(tree, 0)
    except WireError:
        raise
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        struct.error,
        RecursionError,
        OverflowError,
    ) as error:
        raise WireError(f"not a message: {type(error).__name__}: {error}"[:200]) from None


def copy(value: Any) -> Any:
    """`value` as it comes out on the other side: how direct mode keeps to the rules of the wire."""
    return unpack(pack(value))


class _Encoder:
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
        if kind in _LEAVES:
            return value
        if kind is list:
            return self._all(value, depth)
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
        if set(map(type, values)) <= _LEAVES:
            return values if type(values) is list else list(values)
        encode, depth = self._encode, depth + 1
        return [
            v if (kind := type(v)) in _LEAVES or (kind is int and -_LARGE < v < _LARGE) else encode(v, depth)
            for v in values
        ]

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
        if value.dtype.kind not in _ARRAY_DTYPES or not value.dtype.isnative:
            return {"o": f"numpy value of dtype {value.dtype}"}
        if isinstance(value, np.generic):
            return self.encode(value.item(), 0) if value.dtype.kind != "c" else {"o": "complex"}
        self.buffers.append(np.ascontiguousarray(value).tobytes())
        return {"A": {"b": len(self.buffers) - 1, "dtype": value.dtype.str, "shape": list(value.shape)}}


class _Decoder:
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
        if tag == "t":
            return tuple(self._all(content, depth))
        if tag == "d":
            return {_key(self.decode(k, depth + 1)): self.decode(v, depth + 1) for k, v in content}
        if tag == "T":
            return self._tensor(content)
        if tag == "A":
            return self._array(content)
        if tag == "y":
            return _DTYPES[content]
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
        return [t if (kind := type(t)) in _LEAVES or kind is int else decode(t, depth) for t in trees]

    def _tensor(self, about: dict[str, Any]) -> torch.Tensor:
        dtype = _DTYPES[about["dtype"]]
        shape, strides = [_size(n) for n in about["shape"]], [_size(n) for n in about["strides"]]
        if len(shape) != len(strides) or len(shape) > MAX_DIMS:
            raise WireError("shape and strides of different lengths")
        self.entries += math.prod(shape)
        if self.entries > MAX_ENTRIES:
            raise WireError(f"tensors of more than {MAX_ENTRIES} entries")
        buffer = self.buffers[_size(about["b"])]
        span = _span(shape, strides)
        if len(buffer) != span * dtype.itemsize:
            raise WireError("a tensor's buffer is of another size than its shape and strides ask for")
        flat = torch.frombuffer(bytearray(buffer), dtype=dtype) if span else torch.empty(0, dtype=dtype)
        tensor = flat.as_strided(shape, strides)
        return tensor.requires_grad_() if about.get("grad") is True and dtype.is_floating_point else tensor

    def _array(self, about: dict[str, Any]) -> np.ndarray:
        dtype = np.dtype(str(about["dtype"]))
        if dtype.kind not in _ARRAY_DTYPES:
            raise WireError(f"an array of dtype {dtype}")
        shape = tuple(_size(n) for n in about["shape"])
        return np.frombuffer(bytearray(self.buffers[_size(about["b"])]), dtype).reshape(shape)


def _memory_of(x: torch.Tensor, shape: list[int], strides: list[int]) -> bytes:
    """Return the stretch of memory that the strides reach. For a tensor on a device: of its copy on the CPU."""
    if x.is_contiguous() and x.is_cpu and x.dtype in _NUMPY_DTYPES and not (x.is_conj() or x.is_neg()):
        return x.numpy().tobytes()  # five times as fast
    if (span := _span(shape, strides)) == 0:
        return b""
    flat = x.resolve_conj().resolve_neg().as_strided((span,), (1,)).cpu().contiguous()
    return flat.view(torch.uint8).numpy().tobytes()


def _span(shape: list[int], strides: list[int]) -> int:
    """Return the number of elements from a strided tensor's first to its last, both included."""
    if any(n == 0 for n in shape):
        return 0
    return 1 + sum((n - 1) * s for n, s in zip(shape, strides, strict=True))


def _size(n: Any) -> int:
    if type(n) is not int or not 0 <= n < sys.maxsize:
        raise WireError("a size, stride or index that is not a natural number")
    return n


def _key(key: Any) -> Any:
    if isinstance(key, (str, int, float, bool, tuple)) or key is None:
        return key
    raise WireError("a dict whose key is not a plain value")
