"""log_softmax, and the direct formula that it replaces.

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

from .support.common import size
from .support.log_softmax import exact

INF = math.inf
matrices = tensors(shapes(min_dims=2, max_dims=2, min_side=2))
small = tensors(shapes(min_dims=2, max_dims=2, min_side=2), magnitude=20)
rows_far_apart = torch.tensor([[-1000.0, -1001.0], [1000.0, 999.0]])
underflowing = torch.tensor([[0.0, -200.0, 3.0], [1.0, 2.0, 3.0]])


@points(
    2,
    function="naive_log_softmax",
    handout="the direct formula, last dim",
    stub="computed just as the definition is written",
    hint="Exponentials, divided by their sum over the last dim, and then the logarithm.",
)
@given(x=small)
@example(x=torch.tensor([[1.0, 2.0], [3.0, 5.0]]))
@example(x=torch.tensor([[1.0, 2.0, 4.0], [3.0, 5.0, 0.0]]))
def test_direct_formula(student, x):
    """naive_log_softmax(x) = log(exp(x) / Σ exp(x)), right while nothing overflows"""
    assert_close(student.naive_log_softmax(x), exact(x), scale=size(x), roundings=8)


@points(
    1,
    function="naive_log_softmax",
    stub="Write the formula down as it stands",
    hint="It is there to be broken: write the formula down as it stands.",
    beside="test_direct_formula",
)
@given(x=st.sampled_from([89.0, 100.0, 1e3, 1e4, 3e38]))
def test_direct_formula_breaks(student, x):
    """naive_log_softmax is the direct formula: it is not finite where exp overflows"""
    got = student.naive_log_softmax(torch.tensor([[x, 0.0], [1.0, 2.0]]))
    require(
        isinstance(got, torch.Tensor) and not bool(got.isfinite().all()),
        f"naive_log_softmax of a row with {x:g} in it is finite: it is not the direct formula",
    )


@points(
    1,
    function="naive_log_softmax",
    handout="Inputs are never modified.",
    hint="Operations whose names end in _ change the tensor they are called on.",
    beside="test_direct_formula",
)
@few_examples()
@given(x=small)
def test_direct_formula_leaves_its_input(student, x):
    """naive_log_softmax leaves its input as it was"""
    seen = student.run("call_and_inspect", "naive_log_softmax", [x])
    require(0 not in seen["changed"], "the input was modified")


@points(
    2,
    function="where_naive_fails",
    handout="an input that breaks it",
    stub="Returns a 1-D float32 tensor with at least one entry, all of them finite, for which "
    "`naive_log_softmax` returns something that is not finite although the true result is.",
    hint="For which x does exp(x) no longer fit into float32? Or is no longer above 0?",
)
def test_where_the_direct_formula_fails(student):
    """where_naive_fails() is a 1-D float32 tensor, all finite, on which the direct formula is not finite"""
    x = student.where_naive_fails()
    require(isinstance(x, torch.Tensor), "where_naive_fails() has to return a tensor")
    assert_dtype(x, torch.float32, what="where_naive_fails()")
    require(
        x.dim() == 1 and x.numel() > 0, f"it has shape {tuple(x.shape)}, expected one dim and some entries"
    )
    require(bool(x.isfinite().all()), "its entries have to be finite: the formula has to do the harm")
    direct = (x.exp() / x.exp().sum(-1, keepdim=True)).log()
    require(not bool(direct.isfinite().all()), "the direct formula gives finite results on it")
    true = torch.log_softmax(x.double(), -1)
    require(bool(true.isfinite().all()), "the true result is not finite on it either")


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
    handout="the exponentials sum to 1; no entry is above 0; the order of the entries is kept",
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
    got = student.run("grad_of", "log_softmax", [x], v)
    require(got is not None, "no gradient flows from log_softmax(x) back to x")
    expected = v.double() - torch.softmax(x.double(), -1) * v.double().sum(-1, keepdim=True)
    limit = tolerance(x.dtype, 4 * (1 + size(x)) * (1 + float(v.abs().sum())))
    assert_close(got, expected, what="the gradient", atol=limit)


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
    handout=("the four dtypes", "Results have the dtype … of the input"),
    band="robust",
    hint="Results follow the dtype of their inputs.",
)
@given(x=dtypes().flatmap(lambda d: tensors(shapes(min_dims=2, max_dims=2), dtype=d, magnitude=1e3)))
def test_result_of_log_softmax_has_the_dtype_of_the_input(student, x):
    """float16, bfloat16, float32 and float64 in, the same out, as precise as that dtype can be"""
    got = student.log_softmax(x)
    assert_dtype(got, x.dtype)
    assert_close(got, exact(x), scale=size(x), roundings=2)


@points(
    1,
    function="log_softmax",
    handout="accurate to a few roundings of the result where x is large or in half precision",
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
    handout="Results go by the values of the arguments, whatever was called before.",
    band="robust",
    hint="What does it keep from one call to the next?",
    beside="test_log_softmax_is_x_minus_logsumexp",
)
@few_examples()
@given(x=matrices)
def test_log_softmax_goes_by_values(student, x):
    """log_softmax goes by what its input holds now, whatever it was called with before"""
    _, after, fresh = student.run("call_after_change", "log_softmax", [x], x.flip(-1) * 0.5 + 3)
    assert_close(after, fresh)
