"""receptive_field_size, fans, gain: what the scale of a weight is computed from.

A weaker suite lets pass: rows and columns of a linear weight exchanged (right for square weights), one side
of the kernel squared (right for square kernels), a used for a² in the gain (right at 0 and at 1).
"""

import math

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, points
from grader.suite.strategies import shapes

from .support.fans import same

lesson_conv = (32, 1, 5, 5)
any_weight = st.one_of(
    shapes(min_dims=2, max_dims=2, max_side=9),
    shapes(min_dims=4, max_dims=4),
    shapes(min_dims=3, max_dims=3),
    shapes(min_dims=5, max_dims=5, max_side=4),
)

# What is in the weight has no influence.
entries = st.sampled_from([1.0, 0.0, -2.0])


@points(
    1,
    function="receptive_field_size",
    handout="kernel positions: 25 for 32×1×5×5, 1 for a linear weight",
    hint="How many entries does one filter have for one input channel?",
)
@given(shape=any_weight, entry=entries)
@example(shape=lesson_conv, entry=1.0)
@example(shape=(10, 784), entry=1.0)
@example(shape=(4, 3, 2, 7), entry=0.0)
@example(shape=(4, 3, 5), entry=1.0)
@example(shape=(4, 3, 5, 3, 2), entry=1.0)
def test_kernel_positions(student, shape, entry):
    """receptive_field_size(weight) = product of the kernel's sides: 25 for 32×1×5×5, 1 for a linear weight"""
    got = student.receptive_field_size(torch.full(shape, entry))
    same(got, math.prod(shape[2:]), "receptive_field_size", shape)


@points(
    2,
    function="fans",
    handout=(
        "(fan_in, fan_out): (25, 800) for 32×1×5×5; linear weights are (out, in)",
        'the second dim is "in", the first is "out".',
    ),
    stub="weight: (out, in, *kernel).",
    hint="How many numbers go into one output? Into how many outputs does one input go?",
)
@given(shape=any_weight, entry=entries)
@example(shape=lesson_conv, entry=1.0)
@example(shape=(10, 784), entry=1.0)
@example(shape=(4, 3, 2, 7), entry=0.0)
@example(shape=(4, 3, 5), entry=1.0)
@example(shape=(4, 3, 5, 3, 2), entry=1.0)
def test_fan_in_and_fan_out(student, shape, entry):
    """fans(weight) = (inputs, outputs) times the kernel's positions; a weight's first dim is its outputs"""
    fan_in, fan_out = student.fans(torch.full(shape, entry))
    positions = math.prod(shape[2:])
    same(fan_in, shape[1] * positions, "fan_in", shape)
    same(fan_out, shape[0] * positions, "fan_out", shape)


@points(2, function="gain", handout="√(2 / (1 + a²))", hint="The root goes over the whole fraction.")
@given(
    case=st.sampled_from(
        [(1, 1.0), (0, 1.41421356), (0.01, 1.41414286), (0.1, 1.40719509), (math.sqrt(5), 0.57735027)]
    )
)
@example(case=(0.1, 1.40719509))
@example(case=(math.sqrt(5), 0.57735027))
def test_table_of_gains(student, case):
    """gain(1) = 1, gain(0) = 1.41421356, gain(0.01) = 1.41414286, gain(0.1) = 1.40719509, gain(√5) = 0.57735027"""
    a, expected = case
    assert_close(student.gain(a), expected, what=f"gain({a:g})", atol=1e-6)


@points(1, function="gain", handout="√(2 / (1 + a²))", hint="Which power of a is in the formula?")
@given(a=st.floats(-20, 20))
@example(a=0.5)
@example(a=-0.5)
def test_gain_is_the_formula(student, a):
    """gain(a) = √(2 / (1 + a²)), for a slope of either sign"""
    assert_close(student.gain(a), math.sqrt(2 / (1 + a * a)), what=f"gain({a:g})", atol=1e-6)
