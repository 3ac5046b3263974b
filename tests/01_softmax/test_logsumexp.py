"""logsumexp: the sum of exponentials that must not overflow.

A weaker suite lets pass: subtracting the maximum of the whole tensor (rows far apart then underflow),
forgetting to add it back (right for rows whose maximum is 0), any formula that is right for |x| < 80.
"""

import math

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, assert_dtype, assert_shape, few_examples, points, require, tolerance
from grader.suite.strategies import FLOATS, LAYOUTS, dtypes, shapes, tensors, with_dim

from .support.common import check_by_values, size
from .support.logsumexp import exact

INF = math.inf
matrices = tensors(shapes(min_dims=2, max_dims=2, min_side=2))
rows_far_apart = torch.tensor([[-1000.0, -1001.0], [1000.0, 999.0]])


@points(
    2,
    function="logsumexp",
    handout="right for the last dim of a matrix",
    stub="log( sum over `dim` of exp(x) )",
    hint="The sum of n equal terms is n times one of them.",
)
@given(a=st.floats(-50, 50, width=32), n=st.integers(2, 6))
def test_equal_entries(student, a, n):
    """logsumexp of n entries equal to a is a + log n"""
    got = student.logsumexp(torch.full((2, n), a))
    assert_close(got, torch.tensor([a + math.log(n)] * 2), scale=abs(a))


@points(
    4,
    function="logsumexp",
    handout=(
        "right for the last dim of a matrix; finite wherever the true result is within the dtype's range",
    ),
    hint="What is the largest number whose exponential float32 can hold?",
)
@given(x=matrices)
@example(x=rows_far_apart)
@example(x=torch.tensor([[0.0, 90.0], [90.0, 0.0]]))
@example(x=torch.tensor([[-200.0, -201.0, -202.0], [0.0, 1.0, 2.0]]))
@example(x=torch.tensor([[3e38, -3e38], [-3e38, -3e38]]))
def test_log_of_sum_of_exp(student, x):
    """logsumexp(x)[i] = log Σⱼ exp x[i, j], for finite entries of any size"""
    assert_close(student.logsumexp(x), exact(x), scale=size(x))


@points(
    2,
    function="logsumexp",
    handout=(
        "right for the last dim of a matrix",
        r"\mathrm{lse}(x) = m + \log \sum_j e^{x_j - m}",
    ),
    hint="exp(x + c) = exp(c)·exp(x): what comes out of the logarithm?",
)
@given(x=matrices, c=st.floats(-1e4, 1e4, width=32))
@example(x=torch.tensor([[1.0, 2.0], [5.0, 2.0]]), c=1000.0)
def test_shift_moves_the_result_by_the_shift(student, x, c):
    """logsumexp(x + c) = logsumexp(x) + c"""
    shifted = x + c
    got, base = student.logsumexp(shifted), student.logsumexp(x)
    assert_shape(got, (len(x),))
    assert_shape(base, (len(x),))
    assert_close(got, base.double() + c, scale=2 * size(x) + abs(c), roundings=2)


@points(
    2,
    function="logsumexp",
    handout="the gradient is softmax(x)",
    hint="Which entry has the most influence on the sum?",
)
@given(x=matrices, weight=st.sampled_from([1.0, -2.5]))
@example(x=rows_far_apart, weight=1.0)
@example(x=torch.tensor([[2.0, 2.0, 2.0], [0.0, 1.0, 2.0]]), weight=1.0)
def test_gradient_is_softmax(student, x, weight):
    """The gradient of w·logsumexp(x) with respect to x is w·exp(x) / Σ exp(x)"""
    got = student.run("grad_of", "logsumexp", [x], torch.tensor(weight))
    require(got is not None, "no gradient flows from logsumexp(x) back to x")
    expected = weight * torch.softmax(x.double(), -1)
    assert_close(got, expected, what="the gradient", atol=3 * tolerance(x.dtype, 1 + size(x)))


@points(
    1,
    function="logsumexp",
    handout="Results go by the values of the arguments, whatever was called before or done to earlier results. "
    "No later call changes them.",
    band="robust",
    hint="What does it keep from one call to the next?",
    beside="test_log_of_sum_of_exp",
)
@few_examples()
@given(x=matrices)
def test_logsumexp_goes_by_values(student, x):
    """logsumexp goes by what its input holds now, and each result is a tensor of its own"""
    check_by_values(student, "logsumexp", x, x.flip(-1) * 0.5 + 3)


@points(
    1,
    function="logsumexp",
    handout="Inputs are never modified.",
    hint="Operations whose names end in _ change the tensor they are called on.",
    beside="test_log_of_sum_of_exp",
)
@few_examples()
@given(x=matrices)
def test_input_stays_as_it_is(student, x):
    """logsumexp leaves its input as it was"""
    seen = student.run("call_and_inspect", "logsumexp", [x])
    require(0 not in seen["changed"], "the input was modified")


@points(
    3,
    function="logsumexp",
    handout=(
        "Any number of dims from 1 up; any dim, negative or not; keepdim.",
        "They may be contiguous in memory or not.",
    ),
    stub="Returns a tensor of x's dtype without that dim, or with size 1 there if `keepdim`.",
    band="robust",
    hint="Keep the reduced dim while you subtract, drop it at the end.",
)
@given(x_dim=with_dim(tensors(shapes(max_dims=4, max_side=4), layouts=LAYOUTS)), keepdim=st.booleans())
@example(x_dim=(torch.tensor([1.0, 2.0]), -1), keepdim=False)
@example(x_dim=(torch.tensor([[1.0, 2.0], [3.0, 5.0], [0.0, 1.0]]), 0), keepdim=False)
@example(x_dim=(torch.tensor([[1.0, 2.0], [3.0, 5.0]]), -1), keepdim=True)
@example(x_dim=(torch.arange(12.0).reshape(2, 2, 3), 1), keepdim=True)
def test_any_dim_and_keepdim(student, x_dim, keepdim):
    """logsumexp(x, dim, keepdim) reduces that dim, of tensors with any number of dims"""
    x, dim = x_dim
    assert_close(student.logsumexp(x, dim=dim, keepdim=keepdim), exact(x, dim, keepdim), scale=size(x))


@points(
    2,
    function="logsumexp",
    handout=("float16, bfloat16, float32 and float64.", "Results have the dtype … of the input"),
    band="robust",
    hint="Do constants or conversions in your code have a dtype of their own?",
)
@given(x=dtypes().flatmap(lambda d: tensors(shapes(min_dims=2, max_dims=2), dtype=d)))
@example(x=torch.tensor([[1e300, -1e300]], dtype=torch.float64))
@example(x=torch.tensor([[6e4, 6e4]], dtype=torch.float16))
@example(x=torch.tensor([[1.0, 2.0, 4.0], [0.0, 0.0, 3.0]], dtype=torch.bfloat16))
@example(x=torch.tensor([[1.0 + 1e-12, 1.0]], dtype=torch.float64))
def test_result_has_the_dtype_of_the_input(student, x):
    """float16, bfloat16, float32 and float64 in, the same out, and as precise as that dtype can be"""
    got = student.logsumexp(x)
    assert_dtype(got, x.dtype)
    assert_close(got, exact(x), scale=size(x))


@points(
    2,
    function="logsumexp",
    handout="This includes long rows of nearly equal entries",
    band="robust",
    hint="How large can a sum of n numbers near 1 become in float16?",
)
@pytest.mark.parametrize(("n", "dtype"), [(300, "float16"), (70_000, "float16"), (5000, "bfloat16")])
def test_long_rows_of_near_equal_entries(student, n, dtype):
    """A row of many near-equal entries: log n + the entry, without overflow or standstill on the way"""
    x = (torch.arange(n) % 3).mul(1 / 128).add(1.0).to(getattr(torch, dtype))[None]
    assert_close(student.logsumexp(x), exact(x), scale=size(x))


@points(
    2,
    function="logsumexp",
    handout="Entries of −inf (masked out) add nothing. A row of nothing but −inf gives −inf, not nan.",
    band="robust",
    hint="exp(-inf) is 0: such an entry adds nothing to the sum.",
)
@given(x=tensors(shapes(min_dims=2, max_dims=2), special=[-INF]), x2=st.integers(0, 4))
@example(x=torch.tensor([[-INF, 1.0, 2.0]]), x2=0)
@example(x=torch.tensor([[-INF, -INF], [0.0, -INF]]), x2=0)
def test_minus_infinity_counts_nothing(student, x, x2):
    """Entries of -inf count nothing, and a row of nothing else gives -inf"""
    x = x.clone()
    x[:, x2 % x.shape[1]] = -INF
    assert_close(student.logsumexp(x), exact(x), scale=size(x))


@points(
    1,
    function="logsumexp",
    handout="A row with +inf gives +inf.",
    band="robust",
    hint="inf - inf is nan. Which rows would compute that?",
)
@given(x=tensors(shapes(min_dims=2, max_dims=2), special=[-INF, INF]), at=st.integers(0, 4))
@example(x=torch.tensor([[0.0, 1.0]]), at=0)
@example(x=torch.tensor([[-INF, 1.0]]), at=1)
def test_plus_infinity_gives_plus_infinity(student, x, at):
    """A row with an entry of +inf gives +inf"""
    x = x.clone()
    x[0, at % x.shape[1]] = INF
    assert_close(student.logsumexp(x), exact(x), scale=size(x))


@points(
    2,
    function="logsumexp",
    handout="It is finite at every finite entry, whatever else is in the row: 0 beside +inf.",
    band="robust",
    hint="A branch that torch.where does not choose still takes part in the backward pass.",
)
@given(x=tensors(shapes(min_dims=2, max_dims=2), special=[-INF, INF]))
@example(x=torch.tensor([[-INF, 1.0, 2.0]]))
@example(x=torch.tensor([[-INF, -INF], [1.0, 3.0]]))
@example(x=torch.tensor([[INF, 1.0, -INF, 100.0]]))
@example(x=torch.tensor([[INF, 1000.0, 990.0]]))
def test_gradient_is_finite_beside_infinity(student, x):
    """Where x is finite, the gradient of logsumexp is softmax(x), whatever the other entries are"""
    got = student.run("grad_of", "logsumexp", [x])
    require(got is not None, "no gradient flows from logsumexp(x) back to x")
    assert_shape(got, tuple(x.shape), what="the gradient")
    finite = x.isfinite()
    expected = torch.softmax(x.double(), -1).masked_fill((x == INF).any(-1, keepdim=True), 0.0)
    assert_close(
        torch.where(finite, got.double(), 0.0),
        torch.where(finite, expected, 0.0),
        what="the gradient (entries where x is infinite left out)",
        atol=tolerance(x.dtype, 1 + size(x)),
    )


@points(
    1,
    function="logsumexp",
    handout="The gradient is softmax(x), in every dtype and along any dim.",
    band="robust",
    hint="The derivative has to come out in every dtype and along every dim.",
)
@given(
    x_dim=with_dim(
        st.sampled_from(FLOATS).flatmap(lambda d: tensors(shapes(max_dims=3), dtype=d, magnitude=50))
    )
)
@example(x_dim=(torch.tensor([[1.0, 2.0, 4.0], [0.0, 0.0, 3.0]], dtype=torch.float64), -1))
@example(x_dim=(torch.tensor([[1.0, 2.0, 4.0], [0.0, 0.0, 3.0]], dtype=torch.float16), 0))
@example(x_dim=(torch.tensor([[1.0, 2.0, 4.0], [0.0, 0.0, 3.0]], dtype=torch.bfloat16), 1))
def test_gradient_in_any_dtype_and_dim(student, x_dim):
    """The gradient is softmax(x, dim) in every dtype, along any dim"""
    x, dim = x_dim
    got = student.run("grad_of", "logsumexp", [x], None, {"dim": dim})
    require(got is not None, "no gradient flows from logsumexp(x) back to x")
    assert_dtype(got, x.dtype, what="the gradient")
    assert_close(
        got, torch.softmax(x.double(), dim), what="the gradient", atol=tolerance(x.dtype, 1 + size(x))
    )
