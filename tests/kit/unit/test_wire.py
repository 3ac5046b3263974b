"""The wire: what goes in comes out, and bytes that are no message are refused, whatever they are."""

from __future__ import annotations

import contextlib
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.box import wire
from grader.suite.strategies import FLOATS, LAYOUTS, shapes, tensors

leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
plain = st.recursive(
    leaves,
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
# Lists of items of one shape, as traces have them, and of nearly one.
rows: st.SearchStrategy[object] = st.recursive(
    st.lists(leaves, min_size=4, max_size=6),
    lambda column: (
        st.lists(
            st.fixed_dictionaries({"a": st.just(1), "b": leaves}, optional={"c": column}),
            min_size=3,
            max_size=9,
        )
        | st.lists(st.tuples(leaves, column), min_size=3, max_size=9)
        | st.lists(st.lists(leaves, min_size=1, max_size=2), min_size=3, max_size=9)
        | st.lists(st.just({}) | st.just([]) | st.just(()), min_size=3, max_size=9)
    ),
    max_leaves=12,
)


def same(a: object, b: object) -> bool:
    if isinstance(a, float) and isinstance(b, float) and math.isnan(a):
        return math.isnan(b)
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))  # type: ignore[call-overload,arg-type]
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)  # type: ignore[attr-defined,index]
    return a == b


@given(plain | rows)
def test_plain_data_comes_out_as_it_went_in(value: object) -> None:
    assert same(wire.copy(value), value)


@given(
    st.sampled_from(FLOATS).flatmap(
        lambda d: tensors(
            shapes(min_dims=0, max_dims=4, min_side=0, max_side=3),
            dtype=d,
            special=[math.inf, -math.inf, math.nan],
            layouts=LAYOUTS,
        )
    ),
    st.booleans(),
)
def test_tensors_keep_values_dtype_strides_and_grad(x: torch.Tensor, grad: bool) -> None:
    x = x.clone(memory_format=torch.preserve_format).requires_grad_(grad)
    y = wire.copy(x)
    assert (y.dtype, y.shape, y.requires_grad) == (x.dtype, x.shape, grad)
    assert y.stride() == x.stride() or x.numel() == 0
    assert torch.equal(y.detach().nan_to_num(0.5), x.detach().nan_to_num(0.5))
    assert torch.equal(y.isnan(), x.isnan())


def test_an_expanded_tensor_stays_expanded() -> None:
    x = torch.arange(3.0)[None].expand(1000, 3)
    assert len(wire.pack(x)) < 300
    assert wire.copy(x).stride() == (0, 1)


@pytest.mark.parametrize(
    "value", [np.eye(2), np.int64(3), np.float32(0.5), torch.float16, torch.Size([2, 3])]
)
def test_kindred_of_plain_data_cross(value: object) -> None:
    assert np.array_equal(np.asarray(wire.copy([value])[0]).astype(str), np.asarray(value).astype(str))


@pytest.mark.parametrize("value", [object(), (i for i in [1]), len, {1, 2}, lambda: 0])
def test_other_objects_cross_as_the_name_of_their_class(value: object) -> None:
    assert wire.copy([value])[0] == wire.Opaque(type(value).__name__)


trace = [["draw", {"batch": k, "x": torch.ones(1), "at": (k, 2.5)}] for k in range(5)] + [["end", {}]]
message = wire.pack([torch.ones(2, 3), {"a": (1, 2.5)}, np.ones(3), trace])


@settings(max_examples=500)
@given(st.data())
def test_damaged_messages_are_refused_or_decoded_but_never_crash(data: st.DataObject) -> None:
    damaged = bytearray(message)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(wire.WireError):
        wire.unpack(damaged)


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_decoded(data: bytes) -> None:
    with contextlib.suppress(wire.WireError):
        wire.unpack(data)


def forged(tree: str, buffers: bytes = b"") -> bytes:
    body = tree.encode()
    return wire._HEAD.pack(len(body), len(buffers)) + body + buffers


@pytest.mark.parametrize(
    "tree",
    [
        '[{"T":{"b":0,"dtype":"float32","shape":[1000000000],"strides":[0]}},[4]]'.replace("[4]", "[8]"),
        '[{"T":{"b":0,"dtype":"float32","shape":[3],"strides":[1]}},[8]]',
        '[{"T":{"b":0,"dtype":"float32","shape":[-1],"strides":[1]}},[8]]',
        '[{"T":{"b":5,"dtype":"float32","shape":[2],"strides":[1]}},[8]]',
        '[{"T":{"b":0,"dtype":"object","shape":[2],"strides":[1]}},[8]]',
        '[{"T":{"b":0,"dtype":"float32","shape":[9007199254740993],"strides":[0]}},[8]]',
        '[{"A":{"b":0,"dtype":"|O","shape":[1]}},[8]]',
        '[{"zzz":1},[8]]',
        '[{"d":[[[1],2]]},[8]]',
        '[{"r":[[0,0],[[["a"],1,[[1]]]]]},[8]]',
        '[{"r":[[0],[[["a"],2,[[1,2]]]]]},[8]]',
        '[{"r":[[0],[[["a","b"],1,[[1]]]]]},[8]]',
        '[{"r":[[0],[[[1],1,[[1]]]]]},[8]]',
        '[{"r":[[0],[[[],9007199254740993,[]]]]},[8]]',
        '[{"r":[[],[' + ",".join(1000 * ["[[],2000000,[]]"]) + "]]},[8]]",
        '[{"r":[[-1],[[["a"],1,[[1]]]]]},[8]]',
        '[{"g":["l",[[1,2],[1]]]},[8]]',
        '[{"g":["l",[]]},[8]]',
        '[{"g":["l",["ab","cd"]]},[8]]',
        "[" * 5000,
        "[1,[-8,16]]",
    ],
)
def test_forged_sizes_are_refused(tree: str) -> None:
    with pytest.raises(wire.WireError):
        wire.unpack(forged(tree, b"12345678"))


def test_a_size_above_the_cap_is_refused_before_it_is_read() -> None:
    with pytest.raises(wire.WireError):
        wire.body_size(wire._HEAD.pack(10, 2**40))
