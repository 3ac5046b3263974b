"""log_softmax, which the lesson writes as x - logsumexp(x).

A weaker suite lets pass: log(softmax) computed from a stable softmax (right until a probability underflows),
a result normalised along the wrong axis (right for square inputs with equal rows).
"""

import math

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, assert_dtype, assert_shape, few_examples, points, require, tolerance
from grader.suite.strategies import LAYOUTS, dtypes, shapes, tensors, with_dim

from .support.common import check_by_values, size
from .support.log_softmax import check_gradient, exact, in_each_dtype

INF = math.inf
matrices = tensors(shapes(min_dims=2, max_dims=2, min_side=2))
small = tensors(shapes(min_dims=2, max_dims=2, min_side=2), magnitude=20)
rows_far_apart = torch.tensor([[-1000.0, -1001.0], [1000.0, 999.0]])
underflowing = torch.tensor([[0.0, -200.0, 3.0], [1.0, 2.0, 3.0]])


@points(
    3,
    function="log_softmax",
    handout="right for the last dim of a matrix, to roundings of x",
    hint="log(a / b) = log a - log b, and log exp x = x.",
)
@given(x=matrices)
@example(x=rows_far_apart)
@example(x=underflowing)
@example(x=torch.tensor([[0.0, 90.0], [90.0, 0.0]]))
def test_log_softmax_is_x_minus_logsumexp(student, x):
    """log_softmax(x) = x - logsumexp(x) along the last dim, for finite entries of any size"""
    assert_close(student.log_softmax(x), exact(x), scale=size(x), roundings=2)


@points(
    2,
    function="log_softmax",
    handout="the exponentials sum to 1; no entry is above 0; none overtakes another",
    hint="Probabilities of what, along which dim?",
)
@given(x=small)
@example(x=torch.tensor([[1.0, 2.0], [3.0, 5.0]]))
def test_exponentials_sum_to_one(student, x):
    """Σ exp(log_softmax(x)) = 1 in each row, no entry is above 0, and the order of the entries is that of x"""
    got = student.log_softmax(x)
    assert_shape(got, tuple(x.shape))
    assert_close(
        got.double().exp().sum(-1), torch.ones(len(x)), what="the sum of a row", atol=tolerance(x.dtype, 40)
    )
    require(bool((got <= tolerance(x.dtype)).all()), f"an entry is above 0: {float(got.max()):g}")
    steps = got.double().gather(-1, x.argsort(-1)).diff(dim=-1)
    require(
        bool((steps >= -tolerance(x.dtype, 40)).all()),
        "of two entries, the larger one has the smaller result",
    )


@points(
    1,
    function="log_softmax",
    handout="adding a constant c changes nothing beyond roundings of x + c",
    hint="Which operation on a row leaves its differences alone?",
    beside="test_log_softmax_is_x_minus_logsumexp",
)
@given(x=matrices, c=st.floats(-1e3, 1e3, width=32))
def test_shift_changes_nothing(student, x, c):
    """log_softmax(x + c) = log_softmax(x)"""
    shifted = x + c
    base, got = student.log_softmax(x), student.log_softmax(shifted)
    assert_shape(base, tuple(x.shape))
    assert_close(got, base, scale=2 * (size(x) + abs(c)), roundings=2)


@points(
    2,
    function="log_softmax",
    stub="Gradients flow through everything but `accuracy`.",
    hint="The derivative of x[i] - logsumexp(x) has two terms.",
)
@given(x=small, seed=st.integers(0, 2**16))
@example(x=torch.tensor([[1.0, 2.0, 4.0], [0.0, 0.0, 3.0]]), seed=0)
def test_gradient(student, x, seed):
    """Σ vᵢ·log_softmax(x)ᵢ has the gradient v - softmax(x)·Σv"""
    v = torch.randn(x.shape, generator=torch.Generator().manual_seed(seed))
    check_gradient(student, x, v)


@points(
    1,
    function="log_softmax",
    handout="Inputs are never modified.",
    hint="Operations whose names end in _ change the tensor they are called on.",
    beside="test_log_softmax_is_x_minus_logsumexp",
)
@few_examples()
@given(x=matrices)
def test_input_of_log_softmax_stays_as_it_is(student, x):
    """log_softmax leaves its input as it was"""
    seen = student.run("call_and_inspect", "log_softmax", [x])
    require(0 not in seen["changed"], "the input was modified")


@points(
    2,
    function="log_softmax",
    handout="any dim and number of dims",
    band="robust",
    hint="Pass dim on, and keep the reduced dim for the subtraction.",
)
@given(x_dim=with_dim(tensors(shapes(max_dims=4, max_side=4), layouts=LAYOUTS)))
@example(x_dim=(torch.tensor([1.0, 2.0]), -1))
@example(x_dim=(torch.tensor([[1.0, 2.0], [3.0, 5.0]]), 0))
@example(x_dim=(torch.arange(12.0).reshape(2, 2, 3), 1))
def test_any_dim(student, x_dim):
    """log_softmax(x, dim) works along any dim of tensors with any number of dims"""
    x, dim = x_dim
    assert_close(student.log_softmax(x, dim=dim), exact(x, dim), scale=size(x), roundings=2)


@points(
    1,
    function="log_softmax",
    handout=("the four dtypes", "Results have the dtype … of the input", "gradients have its precision."),
    band="robust",
    hint="Results follow the dtype of their inputs.",
)
@given(x=dtypes().flatmap(lambda d: tensors(shapes(min_dims=2, max_dims=2), dtype=d, magnitude=1e3)))
@in_each_dtype
def test_result_of_log_softmax_has_the_dtype_of_the_input(student, x):
    """float16, bfloat16, float32 and float64 in, the same out, result and gradient as precise as the dtype"""
    got = student.log_softmax(x)
    assert_dtype(got, x.dtype)
    assert_close(got, exact(x), scale=size(x), roundings=2)
    check_gradient(student, x, (torch.arange(x.numel()).reshape(x.shape) % 3 - 1).to(x.dtype))


@points(
    1,
    function="log_softmax",
    handout="where x is large or in half precision, accurate to a few roundings of 1 or of the result"
    ", whichever is larger",
    band="robust",
    hint="Take the maximum off first: what is left is small, and so are its roundings.",
)
@pytest.mark.parametrize("names", [["float32", "float64"], ["float16", "bfloat16"]], ids=" and ".join)
@given(below=st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=1, max_size=3))
@example(below=[[0, 0, 1]])
@example(below=[[2, 0, 0], [0, 3, 0]])
def test_log_softmax_keeps_its_digits(student, names, below):
    """log_softmax is accurate where the entries are large beside their differences, in"""
    for dtype in (getattr(torch, name) for name in names):
        one_apart = 1 / torch.finfo(dtype).eps  # from here to its double, numbers of the dtype are 1 apart
        x = (one_apart * 1.5 - torch.tensor(below, dtype=torch.float64)).to(dtype)
        assert_close(student.log_softmax(x), exact(x))


@points(
    1,
    function="log_softmax",
    handout="an entry of −inf stays −inf beside finite ones",
    band="robust",
    hint="A class that is impossible has probability 0; the others share 1.",
)
@given(x=tensors(shapes(min_dims=2, max_dims=2), special=[-INF]), keep=st.integers(0, 4))
@example(x=torch.tensor([[-INF, 1.0, 2.0]]), keep=1)
def test_impossible_classes(student, x, keep):
    """An entry of -inf stays -inf, and the others are as if it were not there"""
    x = x.clone()
    x[:, keep % x.shape[1]] = 1.0
    assert_close(student.log_softmax(x), exact(x), scale=size(x), roundings=2)


@points(
    1,
    function="log_softmax",
    handout="Results go by the values of the arguments, whatever was called before or done to earlier results. "
    "No later call changes them.",
    band="robust",
    hint="What does it keep from one call to the next?",
    beside="test_log_softmax_is_x_minus_logsumexp",
)
@few_examples()
@given(x=matrices)
def test_log_softmax_goes_by_values(student, x):
    """log_softmax goes by what its input holds now, and each result is a tensor of its own"""
    check_by_values(student, "log_softmax", x, x.flip(-1) * 0.5 + 3)
