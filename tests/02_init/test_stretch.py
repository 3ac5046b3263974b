"""Beyond the lesson: orthogonal_, spectral_scale_, lsuv_.

A weaker suite lets pass: orthogonal for square weights only, the Frobenius norm for the spectral one (right
for rank 1), outputs of std 1 for a fresh batch of noise but not for the batch that was given.
"""

import pytest
import torch
from hypothesis import assume, example, given
from hypothesis import strategies as st

from grader.suite import assert_close, assert_dtype, points, require
from grader.suite.strategies import laid_out, shapes, tensors

from .support.stretch import conv, linear, sequence

weight_shapes = st.one_of(
    shapes(min_dims=2, max_dims=2, max_side=6), shapes(min_dims=3, max_dims=4, max_side=4)
)
DENSE = ("contiguous", "transposed")
weights = tensors(weight_shapes, magnitude=100, layouts=DENSE)


@points(
    3,
    function="orthogonal_",
    handout=(
        "orthonormal columns, or rows if there are fewer of these, in float32 and float64, to their rounding",
        "work in place, in the same memory",
        "Its memory need not be contiguous.",
        "The ★ functions treat a conv weight as a matrix: its rows are the first dim, its columns all the others.",
    ),
    band="stretch",
    hint="QR of which of the two: the weight, or its transpose?",
)
@given(
    shape=weight_shapes,
    dtype=st.sampled_from([torch.float32, torch.float64]),
    seed=st.integers(0, 99),
    layout=st.sampled_from(DENSE),
)
@example(shape=(5, 2), dtype=torch.float64, seed=0, layout="contiguous")
@example(shape=(2, 5), dtype=torch.float64, seed=0, layout="transposed")
@example(shape=(60, 40), dtype=torch.float32, seed=0, layout="contiguous")
@example(shape=(3, 2, 2, 2), dtype=torch.float32, seed=0, layout="transposed")
@example(shape=(6, 2, 2), dtype=torch.float32, seed=0, layout="contiguous")
def test_orthogonal(student, shape, dtype, seed, layout):
    """After orthogonal_, QᵀQ = I for a tall weight and QQᵀ = I for a wide one, in place and in its dtype"""
    start = torch.randn(shape, dtype=dtype, generator=torch.Generator().manual_seed(seed))
    seen = student.run("fill_and_inspect", "orthogonal_", laid_out(start, layout))
    q = seen["memory"].flatten(1)
    assert_dtype(seen["after"], dtype, what="the weight")
    rows, columns = q.shape
    product = (q.T @ q if rows >= columns else q @ q.T).double()
    what = "QᵀQ" if rows >= columns else "QQᵀ"
    steps = 4 * max(rows, columns)
    assert_close(product, torch.eye(min(rows, columns)), what=what, scale=1.0, roundings=steps, dtype=dtype)


@points(
    1,
    function="orthogonal_",
    handout=("orthonormal columns", "it stays a leaf, requires grad as before, and has no autograd history."),
    stub="so that it keeps the 2-norm of every x.",
    band="stretch",
    hint="What does an orthogonal matrix do to lengths?",
)
@given(side=st.integers(1, 5), more=st.integers(0, 5), seed=st.integers(0, 99))
def test_orthogonal_keeps_lengths(student, side, more, seed):
    """An orthogonal weight of a parameter keeps the 2-norm of x, and has no autograd history"""
    generator = torch.Generator().manual_seed(seed)
    start, x = torch.randn(side + more, side, generator=generator), torch.randn(side, generator=generator)
    seen = student.run("fill_and_inspect", "orthogonal_", start, parameter=True, requires_grad=True)
    require(seen["leaf"] and seen["grad_fn"] is None, "the weight has an autograd history")
    require(seen["requires_grad"], "the weight no longer requires grad")
    assert_close(
        (seen["after"] @ x).norm(), x.norm(), what="the 2-norm of the weight times x", scale=4.0, roundings=8
    )


@points(
    2,
    function="spectral_scale_",
    handout=(
        "divided by its largest singular value",
        "work in place, in the same memory",
        "Its memory need not be contiguous.",
        "The ★ functions treat a conv weight as a matrix: its rows are the first dim, its columns all the others.",
    ),
    band="stretch",
    hint="The largest singular value is the square root of what?",
)
@given(w=weights, grad=st.booleans())
@example(w=torch.tensor([[3.0, 0.0], [0.0, 4.0]]), grad=False)
@example(w=torch.tensor([[1.0, 2.0, 3.0], [-4.0, 5.0, 6.0]]), grad=True)
@example(w=torch.tensor([[0.0, 2.0], [0.0, 0.0]]), grad=False)
@example(w=torch.arange(1.0, 13).reshape(2, 3, 2), grad=True)
@example(w=laid_out(torch.arange(1.0, 13).reshape(2, 3, 2), "transposed"), grad=True)
@example(w=torch.arange(1.0, 7).reshape(3, 2).T, grad=False)
def test_spectral_scale(student, w, grad):
    """spectral_scale_ divides the weight, in place, by its largest singular value, and leaves no history"""
    largest = float(torch.linalg.matrix_norm(w.double().flatten(1), 2))
    assume(largest > 1e-3)
    seen = student.run("fill_and_inspect", "spectral_scale_", w, parameter=grad, requires_grad=grad)
    require(seen["leaf"] and seen["grad_fn"] is None, "the weight has an autograd history")
    assert_close(seen["memory"], w.double() / largest, what="the weight", atol=1e-3)


RELU = ["ReLU", {}]
IN_PLACE = ["ReLU", {"inplace": True}]
MODELS = {
    "linear layers": (sequence(linear(20, 30), RELU, linear(30, 25), RELU, linear(25, 20)), [64, 20]),
    "convs, then linear": (
        sequence(conv(2, 6), RELU, conv(6, 4), RELU, ["Flatten", {}], linear(64, 20)),
        [64, 2, 8, 8],
    ),
    "nested, without bias": (
        sequence(sequence(linear(20, 30, bias=False), RELU), sequence(sequence(linear(30, 40, bias=False)))),
        [64, 20],
    ),
    "in a model that calls its layers from last to first": (
        ["Backwards", {}, [["last", linear(30, 20)], ["relu", RELU], ["first", linear(20, 30)]]],
        [64, 20],
    ),
    "with ReLUs that work in place": (
        sequence(linear(20, 30), IN_PLACE, linear(30, 25), IN_PLACE),
        [64, 20],
    ),
    "with a batch norm in train mode": (
        sequence(linear(20, 30), ["BatchNorm1d", {"num_features": 30}], RELU, linear(30, 20)),
        [64, 20],
    ),
}


@points(
    1,
    function="lsuv_",
    handout="afterwards each conv and linear layer's output on xb, before anything works on it in place, "
    "has a std within tol of 1, in whatever order the layers run; no hook is left, "
    "xb is as it was, parameters are the same leaves",
    stub="model: an nn.Module, run in the mode it is in",
    band="stretch",
    hint="Layer after layer: a later one sees what the earlier ones let through.",
)
@pytest.mark.parametrize("scale", [0.01, 5.0], ids=["tiny weights", "huge weights"])
@pytest.mark.parametrize("case", [pytest.param(c, id=name) for name, c in MODELS.items()])
def test_every_layer_has_outputs_of_std_1(student, case, scale):
    """After lsuv_(model, xb), each conv and linear layer's output on xb has a std within 0.01 of 1:"""
    model, shape = case
    xb = torch.randn(shape, generator=torch.Generator().manual_seed(1)) * 3 + 1
    report = student.run("run_lsuv", model, xb, scale)
    require(torch.equal(report["xb"], xb), "the batch was modified")
    require(
        report["leaves"], "a parameter was replaced, or has lost requires_grad, or is not a leaf any more"
    )
    require(report["hooks"] == 0, f"{report['hooks']} hooks were left in the model")
    for path, kind, out in report["outputs"]:
        low, high = float(out.double().std(correction=0)), float(out.double().std(correction=1))
        require(
            low <= 1.01 + 1e-5 and high >= 0.99 - 1e-5,
            f"the output of the {kind} at {path} has a std of {high:.4g}, expected 1 ± 0.01",
        )


@points(
    1,
    function="lsuv_",
    handout="has a std within tol of 1",
    band="stretch",
    hint="Go on until the std is within tol of 1.",
)
def test_tolerance(student):
    """With tol=1e-3 the std of each output is within 0.001 of 1"""
    model, shape = MODELS["linear layers"]
    xb = torch.randn(shape, generator=torch.Generator().manual_seed(2))
    for path, kind, out in student.run("run_lsuv", model, xb, 0.3, tol=1e-3)["outputs"]:
        low, high = float(out.double().std(correction=0)), float(out.double().std(correction=1))
        require(
            low <= 1.001 + 1e-5 and high >= 0.999 - 1e-5,
            f"the output of the {kind} at {path} has a std of {high:.5g}, expected 1 ± 0.001",
        )
