"""A message of a box: refused with a WireError, or a value that is the same when it is sent on.

What only a forger sends may change on the way, once: numbers of more than 300 digits and arrays of foreign byte order
are sent on as the names of their classes.
"""

from __future__ import annotations

import json
import math
import struct
from typing import Any

import numpy as np
import torch
from fuzz import expect
from fuzz.damage import damaged, texts
from hypothesis import strategies as st

from grader.box import wire

_HEAD = struct.Struct("!IQ")
_TAGS = [
    *(b'{"t":[', b'{"s":{', b'{"d":[[', b'{"r":[[0,1],[[', b'{"g":["l",[', b'{"T":{"b":0,"dtype":"float32",'),
    *(
        b'{"A":{"b":0,"dtype":"<f4","shape":[',
        b'{"y":"float32"}',
        b'{"o":"x"}',
        b'"dtype":"(1 2)f4"',
        b"1e999",
    ),
    *(b'"strides":[0]', b'"grad":true', b"NaN", b"-1", b"9007199254740993", b'"complex64"', b'"bool"'),
]
_LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | texts()
_TENSORS = st.builds(
    lambda dtype, shape: torch.zeros(shape, dtype=dtype),
    st.sampled_from([torch.float32, torch.bfloat16, torch.complex64, torch.int8, torch.bool]),
    st.lists(st.integers(0, 3), max_size=3),
)
_ARRAYS = st.sampled_from([np.eye(2), np.zeros(0, ">i2"), np.array([1j]), np.zeros((2, 0), bool)])
_VALUES = st.recursive(
    _LEAVES | _TENSORS | _TENSORS.map(lambda x: x.expand(2, *x.shape)) | _ARRAYS | st.just(torch.float16),
    lambda inner: (
        st.lists(inner, max_size=6)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(texts(4), inner, max_size=3)
        | st.dictionaries(st.integers(-2, 2) | st.tuples(st.integers(0, 1)), inner, max_size=3)
        | st.lists(st.fixed_dictionaries({"a": inner}, optional={"b": inner}), min_size=4, max_size=6)
    ),
    max_leaves=12,
)


def framed(body: bytes, buffers: bytes = b"") -> bytes:
    """Return a message of a tree, as JSON, and buffers, with a head that fits."""
    return _HEAD.pack(len(body), len(buffers)) + body + buffers


@st.composite
def _trees(draw: st.DrawFn) -> bytes:
    """Messages whose tree was damaged, and whose head fits again: the damage lies deeper."""
    message = wire.pack(draw(_VALUES))
    size, _ = _HEAD.unpack_from(message)
    tree = draw(damaged(st.just(message[_HEAD.size :][:size]), _TAGS))
    buffers = message[_HEAD.size + size :]
    if draw(st.booleans()):
        return framed(tree, buffers)
    value, sizes = json.loads(message[_HEAD.size :][:size])
    wrapped = draw(st.sampled_from(["t", "s", "d", "r", "g", "T", "A", "y", "o", "?"]))
    return framed(json.dumps([{wrapped: value}, sizes]).encode(), buffers)


INPUTS = _trees() | damaged(_VALUES.map(wire.pack)) | st.binary(max_size=40)


def run(data: bytes) -> None:
    try:
        wire.body_size(data[: wire.HEAD_SIZE].ljust(wire.HEAD_SIZE, b"\0"))
        value = wire.unpack(data)
    except wire.WireError:
        return
    try:
        again = wire.copy(value)
    except wire.WireError as error:  # a forger's tree is smaller than what the kit makes of it
        expect("too many values" in str(error) or "more than" in str(error) or "deeply" in str(error), error)
        return
    expect(_same(value, again), "sent on, it is another value:", value, again)


def _same(a: Any, b: Any) -> bool:
    if isinstance(b, wire.Opaque):
        forged = isinstance(a, int) or (isinstance(a, np.ndarray) and not a.dtype.isnative)
        return forged or isinstance(a, wire.Opaque)
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return a == b or (math.isnan(a) and math.isnan(b))
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, dict):
        return len(a) == len(b) and all(
            _same(*keys) and _same(*values)
            for keys, values in zip(
                zip(a, b, strict=True), zip(a.values(), b.values(), strict=True), strict=True
            )
        )
    if isinstance(a, torch.Tensor):
        alike = (a.dtype, a.shape, a.requires_grad) == (b.dtype, b.shape, b.requires_grad)
        return alike and (a.numel() > 10**6 or torch.equal(_bits(a), _bits(b)))
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    return bool(a == b)


def _bits(x: torch.Tensor) -> torch.Tensor:
    return x.detach().contiguous().view(torch.uint8) if x.numel() and x.dim() else x.detach().nan_to_num(0.5)
