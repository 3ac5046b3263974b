"""The direct formula, and an input that breaks it.

A weaker suite lets pass: a result normalised along the wrong axis (right for square inputs with equal rows), a
formula that has already been repaired.
"""

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, assert_dtype, few_examples, points, require
from grader.suite.strategies import shapes, tensors

from .support.common import size
from .support.log_softmax import exact

small = tensors(shapes(min_dims=2, max_dims=2, min_side=2), magnitude=20)


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
    1,
    function="naive_log_softmax",
    handout="any number of dims",
    stub="over the last dim … x: tensor (..., C).",
    band="robust",
    hint="Counted from the end, the last dim is -1, however many there are.",
)
@given(x=tensors(shapes(max_dims=4, max_side=4), magnitude=20))
@example(x=torch.tensor([1.0, 2.0, 4.0]))
@example(x=torch.arange(12.0).reshape(2, 2, 3))
@example(x=torch.arange(16.0).reshape(2, 2, 2, 2))
def test_direct_formula_in_any_number_of_dims(student, x):
    """naive_log_softmax(x) goes over the last dim, of however many"""
    assert_close(student.naive_log_softmax(x), exact(x), scale=size(x), roundings=8)


@points(
    2,
    function="where_naive_fails",
    handout="an input that breaks it",
    stub="Returns a 1-D float32 tensor with at least one entry, all of them finite, for which "
    "`naive_log_softmax` returns something that is not finite although the true result is.",
    hint="For which x is exp(x) too large for float32? For which x does it round to 0?",
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
    1,
    function="where_naive_fails",
    handout="a new tensor at each call",
    band="robust",
    hint="Who else holds the tensor that you return?",
    beside="test_where_the_direct_formula_fails",
)
def test_a_new_tensor_at_each_call(student):
    """where_naive_fails() is a new tensor at each call: nobody else sees what is written into it"""
    code = "x = where_naive_fails(); x[0] = 7; where_naive_fails()"
    came, stayed, again = student.run("keep_and_change", "where_naive_fails", [], as_python=code)
    require(torch.equal(stayed, came), "a second call changed the tensor that the first had returned")
    require(
        came.shape != again.shape or torch.equal(came, again), "what a caller wrote into the tensor came back"
    )
