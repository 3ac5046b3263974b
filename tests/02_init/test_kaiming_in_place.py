"""kaiming_normal_ and kaiming_uniform_ as operations: they fill the weight that they are given.

A weaker suite lets pass: a new tensor returned and the old one left alone (right for whoever uses the
result), a weight that remembers how it was made (right until the first backward), a weight whose old
entries still count (right where it was zero).
"""

import math

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_dtype, points
from grader.suite.statistics import NormalScale, UniformRange
from grader.suite.strategies import FLOATS, shapes

from .support.kaiming_in_place import check_any_layout, check_history, check_in_place, check_wrong_mode

NORMAL = "kaiming_normal_"
UNIFORM = "kaiming_uniform_"
N = 100_000

# One check for each of the four dtypes, and for each of two starts.
NORMAL_SCALE = NormalScale(N, discrepancy=0.023, false_fail_rate=1e-9 / 4)
UNIFORM_RANGE = UniformRange(N, discrepancy=0.00023, false_fail_rate=1e-9 / 4)
CONV = (2000, 5, 2, 5)
weight_shapes = st.one_of(shapes(min_dims=2, max_dims=2), shapes(min_dims=4, max_dims=4, max_side=3))
starts = st.sampled_from([0.0, 1.0, -500.0])


@points(
    2,
    function=NORMAL,
    handout="work in place, in the same memory, and return the very tensor they were given",
    hint="Its name ends in _: it changes the tensor it is given, and returns that one.",
)
@given(shape=weight_shapes, start=starts)
@example(shape=(32, 1, 5, 5), start=0.0)
def test_normal_fills_the_weight(student, shape, start):
    """kaiming_normal_(weight) fills the weight in place and returns it"""
    check_in_place(student, NORMAL, shape, start)


@points(
    2,
    function=UNIFORM,
    handout="work in place, in the same memory, and return the very tensor they were given",
    hint="Its name ends in _: it changes the tensor it is given, and returns that one.",
)
@given(shape=weight_shapes, start=starts)
@example(shape=(32, 1, 5, 5), start=0.0)
def test_uniform_fills_the_weight(student, shape, start):
    """kaiming_uniform_(weight) fills the weight in place and returns it"""
    check_in_place(student, UNIFORM, shape, start)


@points(
    1,
    function=NORMAL,
    handout=("work in place, in the same memory", "Its memory need not be contiguous."),
    band="robust",
    hint="view, flatten and reshape copy where memory is not contiguous: which tensor do you fill?",
)
def test_normal_fills_any_layout(student):
    """kaiming_normal_ fills weights that are not contiguous, in place and with the same scale"""
    for w in check_any_layout(student, NORMAL, CONV):
        NORMAL_SCALE.check(w, math.sqrt(2 / 50), what=f"{NORMAL} on a weight that is not contiguous")


@points(
    1,
    function=UNIFORM,
    handout=("work in place, in the same memory", "Its memory need not be contiguous."),
    band="robust",
    hint="view, flatten and reshape copy where memory is not contiguous: which tensor do you fill?",
)
def test_uniform_fills_any_layout(student):
    """kaiming_uniform_ fills weights that are not contiguous, in place and with the same bound"""
    for w in check_any_layout(student, UNIFORM, CONV):
        UNIFORM_RANGE.check(w, math.sqrt(6 / 50), what=f"{UNIFORM} on a weight that is not contiguous")


@points(
    2,
    function=NORMAL,
    handout="it stays a leaf, requires grad as before, and has no autograd history.",
    hint="Autograd must not watch. How do you tell it?",
)
@given(parameter=st.booleans(), grad=st.booleans(), start=starts)
@example(parameter=True, grad=True, start=1.0)
@example(parameter=False, grad=True, start=1.0)
@example(parameter=False, grad=False, start=1.0)
def test_normal_leaves_no_history(student, parameter, grad, start):
    """kaiming_normal_ works on parameters that require grad; they stay leaves that do, without history"""
    check_history(student, NORMAL, parameter, grad, start)


@points(
    2,
    function=UNIFORM,
    handout="it stays a leaf, requires grad as before, and has no autograd history.",
    hint="Autograd must not watch. How do you tell it?",
)
@given(parameter=st.booleans(), grad=st.booleans(), start=starts)
@example(parameter=True, grad=True, start=1.0)
@example(parameter=False, grad=True, start=1.0)
@example(parameter=False, grad=False, start=1.0)
def test_uniform_leaves_no_history(student, parameter, grad, start):
    """kaiming_uniform_ works on parameters that require grad; they stay leaves that do, without history"""
    check_history(student, UNIFORM, parameter, grad, start)


@points(
    1,
    function=NORMAL,
    handout="whatever it held before",
    hint="A new weight's memory may hold anything, nan too.",
)
def test_normal_forgets_the_old_entries(student):
    """What the weight held before, nan even, has no influence on the draw"""
    for start in (5.0, math.nan):
        w = student.run("fill", NORMAL, CONV, 0.3, "fan_out", start=start)
        NORMAL_SCALE.check(w, math.sqrt(2 / 1.09 / 20_000), what=f"{NORMAL} on entries of {start:g}")


@points(
    1,
    function=UNIFORM,
    handout="whatever it held before",
    hint="A new weight's memory may hold anything, nan too.",
)
def test_uniform_forgets_the_old_entries(student):
    """What the weight held before, nan even, has no influence on the draw"""
    for start in (5.0, math.nan):
        w = student.run("fill", UNIFORM, CONV, 0.3, "fan_out", start=start)
        UNIFORM_RANGE.check(w, math.sqrt(6 / 1.09 / 20_000), what=f"{UNIFORM} on entries of {start:g}")


@points(
    1,
    function=NORMAL,
    handout='ValueError for a mode other than "fan_in" and "fan_out"',
    band="robust",
    hint="Which two words does mode know?",
    beside="test_normal_fills_the_weight",
)
@given(mode=st.sampled_from(["fan_avg", "fan", "", "FAN_IN", "in", "out", "fan-out"]))
def test_normal_refuses_other_modes(student, mode):
    """kaiming_normal_ raises ValueError for a mode other than "fan_in" and "fan_out\""""
    check_wrong_mode(student, NORMAL, mode)


@points(
    1,
    function=UNIFORM,
    handout="ValueError for any other mode",
    band="robust",
    hint="Which two words does mode know?",
    beside="test_uniform_fills_the_weight",
)
@given(mode=st.sampled_from(["fan_avg", "fan", "", "FAN_IN", "in", "out", "fan-out"]))
def test_uniform_refuses_other_modes(student, mode):
    """kaiming_uniform_ raises ValueError for a mode other than "fan_in" and "fan_out\""""
    check_wrong_mode(student, UNIFORM, mode)


@points(
    1,
    function=NORMAL,
    handout="weights in float16, bfloat16, float32 and float64.",
    band="robust",
    hint="Draw into the weight itself, or convert what you drew.",
)
def test_normal_in_every_dtype(student):
    """float16, bfloat16, float32 and float64 weights keep their dtype and get the same scale"""
    for dtype in FLOATS:
        w = student.run("fill", NORMAL, CONV, dtype=dtype)
        assert_dtype(w, dtype, what="the weight")
        NORMAL_SCALE.check(w, math.sqrt(2 / 50), what=f"{NORMAL} on {dtype}")


@points(
    1,
    function=UNIFORM,
    handout="weights in the four dtypes, to their rounding.",
    band="robust",
    hint="Draw into the weight itself, or convert what you drew.",
)
def test_uniform_in_every_dtype(student):
    """float16, bfloat16, float32 and float64 weights keep their dtype and get the same bound"""
    for dtype in FLOATS:
        w = student.run("fill", UNIFORM, CONV, dtype=dtype)
        assert_dtype(w, dtype, what="the weight")
        UNIFORM_RANGE.check(w, math.sqrt(6 / 50), what=f"{UNIFORM} on {dtype}")
