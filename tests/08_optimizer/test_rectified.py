"""Rectified Adam: its step by itself, and the optimizer against torch.optim.RAdam.

A weaker suite lets pass: Adam (right but for the first steps), the threshold at 4 (right at all steps but one or two),
a factor that is never applied (right in the end), one that isn't debiased (right in the end, too). So steps go from the
first one across ρ = 5 and on, for several sqr_mom; with 0.5 ρ never gets there.

torch puts eps elsewhere in this one: the two are compared with an eps that is tiny.
"""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, few_examples, points

from .support import callbacks, trajectories
from .support.common import tensors
from .support.rectified import long, rectified

ONE = (
    callbacks.f64([1.0, 0.5]),
    callbacks.f64([3.0, 1.0]),
    callbacks.f64([0.5, -1.0]),
    callbacks.f64([2.0, 1e-3]),
)


@points(
    1,
    function="radam_step",
    band="stretch",
    hint="ρ first. Up to 5 there is no denominator; above, Adam's step times r.",
    handout="the denominator is left out; above, Adam's step is shortened by a factor.",
    stub="if ρ > 5, Adam's step times √((ρ-4)(ρ-2)ρ∞ / ((ρ∞-4)(ρ∞-2)ρ)); else p ← p - lr · m.",
)
@pytest.mark.parametrize("sqr_mom", [0.9, 0.99, 0.999, 0.5])
@few_examples(4)
@given(drawn=tensors(4), lr=callbacks.LRS, mom=callbacks.MOMS, eps=callbacks.EPS)
@example(drawn=ONE, lr=0.1, mom=0.9, eps=1e-5)
def test_radam_step(student, sqr_mom, drawn, lr, mom, eps):
    """radam_step: Adam's step times r where ρ > 5, else p - lr · m, at step 1, 2, 3, … and later"""
    p, g, m, root = drawn
    for step in (*range(1, 9), 40):
        known = {"lr": lr, "mom": mom, "sqr_mom": sqr_mom, "eps": eps, "step": step}
        averages = {"grad_avg": m * (1 - mom**step), "sqr_avg": root**2 * (1 - sqr_mom**step)}
        report = callbacks.call(student, "radam_step", p, g, **known, **averages)
        expected = rectified(p, m, root, lr, sqr_mom, eps, step)
        callbacks.check_step(report, f"radam_step at step {step}", p, expected, g)


@points(
    1,
    function="radam_step",
    band="stretch",
    hint="p.data = … puts new memory under an old name.",
    handout="the step of the docstring, in the parameter's own memory",
)
def test_radam_step_in_place(student):
    """radam_step writes into the parameter's own memory, with the denominator and without"""
    for step in (1, 40):
        known = {"mom": 0.9, "sqr_mom": 0.99, "eps": 1e-5, "step": step}
        averages = {"grad_avg": callbacks.SQUARE, "sqr_avg": callbacks.SQUARE}
        callbacks.check_in_place(student, "radam_step", **known, **averages)


@points(
    1,
    function="RAdam",
    band="stretch",
    hint="Adam's callbacks, but for the last one.",
    handout="the step of the docstring",
    stub="Return an Optimizer for Rectified Adam.",
)
@pytest.mark.parametrize("sqr_mom", [None, 0.9, 0.999, 0.5])
def test_radam(student, sqr_mom):
    """RAdam goes where torch.optim.RAdam with betas=(mom, sqr_mom) goes (eps being tiny)"""
    drawn = long(sqr_mom, eps=1e-30)
    trajectories.check(student, drawn, trajectories.by_torch(drawn, "RAdam"))


@points(
    1, function="RAdam", band="stretch", hint="The defaults are those of Adam.", handout="defaults as Adam's"
)
@given(g=st.sampled_from([1.0, 2e-5]), steps=st.integers(6, 9))
@example(g=2e-5, steps=9)
def test_defaults_of_radam(student, g, steps):
    """RAdam's defaults are mom=0.9, sqr_mom=0.99 and eps=1e-5: seen under a constant gradient, where m is g, √v is g"""
    drawn = trajectories.problem("RAdam", [[0.0]], [[[g]]] * steps, {"lr": 0.1})
    report = student.run("trajectory", drawn, as_python=trajectories.as_code(drawn))
    p = callbacks.f64([0.0])
    for k, (came,) in enumerate(report["values"], 1):
        p = rectified(p, callbacks.f64([g]), callbacks.f64([g]), 0.1, 0.99, 1e-5, k)
        assert_close(came, p, what=f"after step {k} with gradient {g:g} each time, a", atol=1e-11)
