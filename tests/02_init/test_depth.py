"""stats, the two scales, and what becomes of activations in a deep net.

A weaker suite lets pass: a variance for a std and the root mean square for a std (right at 1 and at mean 0),
a ReLU that is looked at but not passed on, or passed on but not looked at (right in one layer).

Limits on activation_stds were found by simulation of four designs (a fresh matrix for each layer or one for
all, a start of one vector or of a batch), with and without ReLU. The spread of log std, and where it says so
its bias, is the worst of them; what is allowed is at least 6.5 spreads beyond the bias, or a chance of 1e-10.
"""

import math

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, points, require, tolerance
from grader.suite.strategies import shapes, tensors

from .support.common import value
from .support.depth import RELU_STD, check_depth, check_means, values

# One call at n = 512, layers 1 to 10. Measured: spread of log std up to 0.11 without ReLU, 0.32 with it.
FACTOR_LINEAR, FACTOR_RELU = 3.0, 10.0
DRAW = (
    "Each call of the kaiming functions and of activation_stds draws anew from torch's global generator: "
    "after torch.manual_seed the same numbers come again."
)
numbers = tensors(shapes(min_side=2, max_dims=4, max_side=4), magnitude=100)


@points(
    2,
    function="stats",
    handout="(mean, std) of all entries",
    stub="The mean and the standard deviation of all entries of x, a pair of floats or 0-d tensors.",
    hint="One mean and one std for all entries together. The std is a root.",
)
@given(x=numbers)
@example(x=torch.tensor([1.0, 2.0, 4.0, 9.0]))
@example(x=torch.tensor([[5.0, 5.0], [7.0, 9.0]]))
@example(x=torch.tensor([-3.0, 3.0]))
def test_mean_and_std(student, x):
    """stats(x) = (mean, std) of all entries, dividing by n or by n - 1 in the std"""
    mean, std = student.stats(x)
    size = float(x.abs().max())
    assert_close(
        value(mean), float(x.double().mean()), what="the mean", atol=tolerance(x.dtype, size, roundings=4)
    )
    lower, upper = (float(x.double().std(correction=c)) for c in (0, 1))
    slack = (
        math.sqrt(8 * torch.finfo(x.dtype).eps) * size + 1e-6
    )  # mean of squares less square of mean: half the digits
    close = min(abs(value(std) - e) for e in (lower, upper)) <= slack
    require(
        close, f"the std is {value(std):.6g}, expected {lower:.6g} (dividing by n) or {upper:.6g} (by n - 1)"
    )


@points(
    1,
    function="stats",
    handout="also where the mean is 1000 times the std",
    band="robust",
    hint="A difference of two large, nearly equal numbers has few right digits. Take the mean off first.",
)
def test_std_beside_a_large_mean(student):
    """The std is right where the mean is 1000 times as large"""
    for seed in range(6):
        x = torch.randn(20 + seed, generator=torch.Generator().manual_seed(seed)) + (-1) ** seed * 1000
        got = value(student.stats(x)[1])
        lower, upper = (float(x.double().std(correction=c)) for c in (0, 1))
        require(
            lower * 0.999 <= got <= upper * 1.001,
            f"the std is {got:.6g}, expected {lower:.6g} (dividing by n) or {upper:.6g} (by n - 1)",
        )


@points(
    1,
    function="stats",
    stub="Functions whose names end in `_` change the tensor or the model that they are given, the others nothing.",
    hint="Operations whose names end in _ change the tensor they are called on.",
    beside="test_mean_and_std",
)
@given(x=numbers)
def test_input_stays_as_it_is(student, x):
    """stats leaves its input as it was"""
    require(not student.run("call_and_inspect", "stats", [x])["changed"], "the input was modified")


@points(
    1,
    function="xavier_scale",
    handout="1/√n",
    hint="The variance of a sum of n terms is n times that of one.",
)
@given(n=st.integers(1, 10**6))
@example(n=512)
@example(n=1)
def test_xavier_scale(student, n):
    """xavier_scale(n) = 1 / √n: 0.0441942 at 512"""
    expected = 1 / math.sqrt(n)
    assert_close(student.xavier_scale(n), expected, what=f"xavier_scale({n})", atol=1e-6 * expected)


@points(1, function="relu_scale", handout="√(2/n)", hint="ReLU takes half of the mean square away.")
@given(n=st.integers(1, 10**6))
@example(n=512)
@example(n=1)
def test_relu_scale(student, n):
    """relu_scale(n) = √(2 / n): 0.0625 at 512"""
    expected = math.sqrt(2 / n)
    assert_close(student.relu_scale(n), expected, what=f"relu_scale({n})", atol=1e-6 * expected)


@points(
    1,
    function="activation_stds",
    handout="depth stds, one after each layer",
    stub="a list of floats or 0-d tensors.",
    hint="One number for each layer; the start does not count.",
)
@given(depth=st.integers(1, 6), n=st.integers(2, 6), relu=st.booleans())
@example(depth=3, n=5, relu=False)
def test_a_std_for_each_layer(student, depth, n, relu):
    """activation_stds(depth, n, scale) is a list of `depth` numbers, none below 0"""
    got = student.activation_stds(depth, n, 1 / math.sqrt(n), relu)
    require(len(got) == depth, f"activation_stds({depth}, ...) has {len(got)} entries, expected {depth}")
    require(all(v >= 0 for v in values(got)), f"not all of {values(got)} are 0 or more")


@points(
    2,
    function="activation_stds",
    handout="a product with a standard normal matrix times scale",
    stub="The start is a vector of n standard normal float32 numbers",
    hint="Each layer multiplies its input with a matrix, and that by the scale.",
)
def test_layers_without_relu(student):
    """Without ReLU, each layer multiplies the std by scale · √n, from a standard normal start"""
    check_means(student, 0.5, relu=False)
    check_means(student, 3.0, relu=False)


@points(
    2,
    function="activation_stds",
    handout="a product with a standard normal matrix times scale, and with relu a ReLU",
    stub="After each layer comes the std of the n activations.",
    hint="The next layer sees what the ReLU let through; so does the std.",
)
def test_layers_with_relu(student):
    """With relu=True the std is taken after the ReLU: 0.83 at scale √(2/n), in every layer"""
    check_means(student, math.sqrt(2), relu=True)
    check_means(student, 0.5, relu=True)


@points(
    1,
    function="activation_stds",
    handout=(
        "At scale 1 the std must leave float32 between layers 20 and 39",
        "The list does not stop early.",
    ),
    stub="Where float32 can't compute it any more, it is inf or nan.",
    hint="√512 = 22.6, and float32 ends at 3.4e38.",
)
def test_explosion(student):
    """At scale 1 and n = 512 the std grows 22-fold a layer and leaves float32 after about 28 layers"""
    got = values(student.activation_stds(40, 512, 1.0))
    require(len(got) == 40, f"there are {len(got)} stds for 40 layers")
    check_depth(student, got, math.sqrt(512), math.sqrt(512), FACTOR_LINEAR)
    outside = [not math.isfinite(v) for v in got]
    left = outside.index(True) + 1 if any(outside) else None
    require(left is not None, f"after 40 layers the std is still {got[-1]:.4g}")
    require(20 <= left <= 39, f"the std leaves float32 at layer {left}, expected about 28")
    require(all(outside[left:]), f"the std left float32 at layer {left} and came back")


@points(
    1,
    function="activation_stds",
    handout="with relu, too, none is finite after one that isn't",
    stub="Where float32 can't compute it any more, it is inf or nan.",
    band="robust",
    hint="nan is neither above nor below 0. What does your ReLU make of it?",
    beside="test_layers_with_relu",
)
def test_explosion_with_relu(student):
    """With ReLU, too, the std leaves float32 where it grows from layer to layer, and does not come back"""
    # The std grows 22-fold a layer. 60 layers have three times the digits of float32's largest number.
    got = values(student.activation_stds(60, 64, 4.0, relu=True))
    outside = [not math.isfinite(v) for v in got]
    require(any(outside), f"after {len(got)} layers the std is still {got[-1]:.4g}")
    left = outside.index(True)
    require(all(outside[left:]), f"the std left float32 at layer {left + 1} and came back: {got[left:][:4]}")


@points(
    1,
    function="activation_stds",
    handout=("at 0.01 be 0 after 75.",),
    hint="0.01 · √512 = 0.226. Nothing in between should hold it up.",
)
def test_vanishing(student):
    """At scale 0.01 and n = 512 the std reaches 0"""
    got = values(student.activation_stds(75, 512, 0.01))
    require(len(got) == 75, f"there are {len(got)} stds for 75 layers")
    check_depth(student, got, 0.01 * math.sqrt(512), 0.01 * math.sqrt(512), FACTOR_LINEAR)
    require(got[-1] == 0, f"after 75 layers the std is {got[-1]:.4g}, expected 0")


@points(
    1,
    function="activation_stds",
    handout="at n = 512 the first 10 stds are judged, to a factor of 3 (with ReLU 10",
    hint="Multiply by the scale in every layer, and by nothing else.",
)
def test_right_scales_hold(student):
    """At scale 1/√n the std stays near 1, with ReLU at √(2/n) near 0.83, for the first 10 layers"""
    got = values(student.activation_stds(10, 512, 1 / math.sqrt(512)))
    check_depth(student, got, 1.0, 1.0, FACTOR_LINEAR)
    got = values(student.activation_stds(10, 512, math.sqrt(2 / 512), relu=True))
    check_depth(student, got, 1.0, RELU_STD * math.sqrt(2), FACTOR_RELU)


@points(
    1,
    function="activation_stds",
    handout=DRAW,
    hint="Draw from torch's generator, and don't seed it yourself.",
)
def test_fresh_draw_at_each_call(student):
    """Each call of activation_stds draws anew, and torch.manual_seed repeats it"""
    free = [values(r) for r in student.run("call_many", "activation_stds", 2, [4, 32, 0.2])]
    require(free[0] != free[1], "two calls gave the same stds")
    one, two, three = student.run("call_seeded", "activation_stds", [11, 12, 11], [4, 32, 0.2])
    require(values(one) == values(three), "two calls after the same torch.manual_seed gave different stds")
    require(values(one) != values(two), "calls after different seeds gave the same stds")
