"""kaiming_normal_ and kaiming_uniform_ as distributions: scale, shape, independence, fresh draws.

A weaker suite lets pass: fan_in and fan_out exchanged (right for square weights), kernels forgotten (right
for linear weights), √3 left out of the bound or put into the std, one filter drawn and repeated (each entry
has the right scale), a seed of one's own (each draw has the right distribution).

Every check has a stated chance of failing correct work, and stands outside @given.
"""

import math

import pytest
from hypothesis import example, given

from grader.suite import points, require
from grader.suite.statistics import MatchesCDF, NormalScale, UniformRange
from grader.suite.strategies import shapes

from .support.kaiming import N, check_fresh_draws, check_independence, gain

DRAW = (
    "Each call of the kaiming functions and of activation_stds draws anew from torch's global generator: "
    "after torch.manual_seed the same numbers come again."
)
NORMAL = NormalScale(N, discrepancy=0.022)
UNIFORM = UniformRange(N, discrepancy=0.00021)
SHAPE = MatchesCDF(N, discrepancy=0.017)

# (shape, keywords, fan that counts): N entries each, no two sides equal.
CASES = {
    "a linear weight": ((250, 400), {}, 400),
    "a conv weight": ((200, 20, 5, 5), {}, 500),
    "fan_out of a conv weight": ((200, 20, 5, 5), {"mode": "fan_out"}, 5000),
    "a slope of 0.3, kernels of one dim": ((1000, 25, 4), {"a": 0.3, "mode": "fan_in"}, 100),
    "a slope of √5, fan_out, kernels of three dims": (
        (40, 125, 5, 2, 2),
        {"a": math.sqrt(5), "mode": "fan_out"},
        800,
    ),
}

cases = pytest.mark.parametrize("case", [pytest.param(c, id=name) for name, c in CASES.items()])


@points(
    1,
    function="kaiming_normal_",
    handout="mean 0, std gain/√fan.",
    hint="std = gain / √fan. Which fan, and which slope?",
)
@cases
def test_normal_scale(student, case):
    """The entries have mean 0 and std √(2 / (1 + a²)) / √fan, for"""
    shape, keywords, fan = case
    std = gain(keywords.get("a", 0.0)) / math.sqrt(fan)
    w = student.run("fill", "kaiming_normal_", shape, **keywords)
    NORMAL.check(w, std, what=f"kaiming_normal_ on {shape}")


@points(
    1,
    function="kaiming_uniform_",
    handout="uniform on ±√3·gain/√fan.",
    hint="The std of a uniform on ±bound is bound / √3.",
)
@cases
def test_uniform_range(student, case):
    """The entries reach to ±√3 · √(2 / (1 + a²)) / √fan and no further, for"""
    shape, keywords, fan = case
    bound = math.sqrt(3) * gain(keywords.get("a", 0.0)) / math.sqrt(fan)
    w = student.run("fill", "kaiming_uniform_", shape, **keywords)
    UNIFORM.check(w, bound, what=f"kaiming_uniform_ on {shape}")


@points(
    1,
    function="kaiming_normal_",
    handout="normal, mean 0, std gain/√fan.",
    hint="There is a tensor method for each distribution.",
)
def test_normal_shape(student):
    """The entries of kaiming_normal_ are normal: not uniform, not cut off, not of one sign"""
    w = student.run("fill", "kaiming_normal_", [200, 20, 5, 5])
    SHAPE.check(w, "normal", math.sqrt(2 / 500), what="kaiming_normal_'s weight")


@points(
    1,
    function="kaiming_uniform_",
    handout="uniform on ±√3·gain/√fan.",
    hint="There is a tensor method for each distribution.",
)
def test_uniform_shape(student):
    """The entries of kaiming_uniform_ are uniform between the two bounds"""
    w = student.run("fill", "kaiming_uniform_", [200, 20, 5, 5])
    SHAPE.check(w, "uniform", math.sqrt(6 / 500), what="kaiming_uniform_'s weight")


@points(
    1,
    function="kaiming_normal_",
    handout="The kaiming functions draw each entry independently; nothing is made exact afterwards.",
    hint="Every entry is a draw of its own.",
)
def test_normal_entries_are_independent(student):
    """Each entry is drawn by itself: none says anything about another, nor do all others together"""
    check_independence(student, "kaiming_normal_")


@points(
    1,
    function="kaiming_uniform_",
    handout="The kaiming functions draw each entry independently; nothing is made exact afterwards.",
    hint="Every entry is a draw of its own.",
)
def test_uniform_entries_are_independent(student):
    """Each entry is drawn by itself: none says anything about another, nor do all others together"""
    check_independence(student, "kaiming_uniform_")


@points(
    1,
    function="kaiming_normal_",
    handout=DRAW,
    hint="Draw from torch's generator, and don't seed it yourself.",
)
def test_normal_fresh_draws(student):
    """Each call draws anew, and torch.manual_seed repeats it"""
    check_fresh_draws(student, "kaiming_normal_")


@points(
    1,
    function="kaiming_uniform_",
    handout=DRAW,
    hint="Draw from torch's generator, and don't seed it yourself.",
)
def test_uniform_fresh_draws(student):
    """Each call draws anew, and torch.manual_seed repeats it"""
    check_fresh_draws(student, "kaiming_uniform_")


@points(
    1,
    function="kaiming_uniform_",
    handout="uniform on ±√3·gain/√fan.",
    hint="√3 · √(2 / 6) = 1: which fan is left under the root?",
)
@given(shape=shapes(min_dims=2, max_dims=5, max_side=4))
@example(shape=(32, 1, 5, 5))
def test_the_default_of_torch(student, shape):
    """With a=√5 no entry is beyond ±1/√fan_in: what torch gives a conv layer, and how √5 got there"""
    w = student.run("fill", "kaiming_uniform_", shape, a=math.sqrt(5))
    fan_in = math.prod(shape[1:])
    largest, bound = float(w.abs().max()), 1 / math.sqrt(fan_in)
    require(largest <= bound * (1 + 1e-6), f"an entry has magnitude {largest:.6g}, the bound is {bound:.6g}")
    require(largest > 0, "all entries are 0")
