"""Rectified Adam: its step by itself, and the optimizer against torch.optim.RAdam.

A weaker suite lets pass: Adam (right but for the first steps), the threshold at 4 (right at all steps but one or two),
a factor that is never applied (right in the end), one that isn't debiased (right in the end, too). So steps go from the
first one across ρ = 5 and on, for several sqr_mom; with 0.5 ρ never gets there.

torch puts eps elsewhere in this one: the two are compared with an eps that is tiny.
"""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.course import load_module
from grader.suite import assert_close, few_examples, points

C = load_module(Path(__file__).with_name("test_callbacks.py"))
T = load_module(Path(__file__).with_name("test_trajectories.py"))


def rectified(p, m, root, lr, sqr_mom, eps, step):
    """p after one step, m and root being both averages, debiased, and the root taken; and whether it is rectified."""
    most = 2 / (1 - sqr_mom) - 1
    rho = most - 2 * step * sqr_mom**step / (1 - sqr_mom**step)
    if rho <= 5:
        return p - lr * m
    r = (rho - 4) * (rho - 2) * most / ((most - 4) * (most - 2) * rho)
    return p - lr * r**0.5 * m / (root.abs() + eps)


ONE = (C.f64([1.0, 0.5]), C.f64([3.0, 1.0]), C.f64([0.5, -1.0]), C.f64([2.0, 1e-3]))


@points(
    1,
    function="radam_step",
    band="stretch",
    hint="ρ first. Up to 5 there is no denominator; above, Adam's step times r.",
)
@pytest.mark.parametrize("sqr_mom", [0.9, 0.99, 0.999, 0.5])
@few_examples(4)
@given(drawn=C.tensors(4), lr=C.LRS, mom=C.MOMS, eps=C.EPS)
@example(drawn=ONE, lr=0.1, mom=0.9, eps=1e-5)
def test_radam_step(student, sqr_mom, drawn, lr, mom, eps):
    """radam_step: Adam's step times r where ρ > 5, else p - lr · m, at step 1, 2, 3, … and later"""
    p, g, m, root = drawn
    for step in (*range(1, 9), 40):
        known = {"lr": lr, "mom": mom, "sqr_mom": sqr_mom, "eps": eps, "step": step}
        averages = {"grad_avg": m * (1 - mom**step), "sqr_avg": root**2 * (1 - sqr_mom**step)}
        report = C.call(student, "radam_step", p, g, **known, **averages)
        expected = rectified(p, m, root, lr, sqr_mom, eps, step)
        C.check_step(report, f"radam_step at step {step}", p, expected, g)


def long(sqr_mom, **hypers):
    """A problem of two parameters and twelve steps, with gradients that stay away from 0; b joins at step 3."""
    grads = [[[1 + k % 3 / 4], None if k < 2 else [(-1) ** k * (2 - k % 4 / 4)]] for k in range(12)]
    own = {} if sqr_mom is None else {"sqr_mom": sqr_mom}
    return T.problem("RAdam", [[1.0], [2.0]], grads, {"lr": 0.1, **own, **hypers})


@points(1, function="RAdam", band="stretch", hint="Adam's callbacks, but for the last one.")
@pytest.mark.parametrize("sqr_mom", [None, 0.9, 0.999, 0.5])
def test_radam(student, sqr_mom):
    """RAdam goes where torch.optim.RAdam with betas=(mom, sqr_mom) goes (eps being tiny)"""
    drawn = long(sqr_mom, eps=1e-30)
    T.check(student, drawn, T.by_torch(drawn, "RAdam"))


@points(1, function="RAdam", band="stretch", hint="The defaults are those of Adam.")
@given(g=st.sampled_from([1.0, 2e-5]), steps=st.integers(6, 9))
@example(g=2e-5, steps=9)
def test_defaults_of_radam(student, g, steps):
    """RAdam's defaults are mom=0.9, sqr_mom=0.99 and eps=1e-5: seen under a constant gradient, where m is g, √v is g"""
    drawn = T.problem("RAdam", [[0.0]], [[[g]]] * steps, {"lr": 0.1})
    report = student.run("trajectory", drawn, as_python=T.as_code(drawn))
    p = C.f64([0.0])
    for k, (came,) in enumerate(report["values"], 1):
        p = rectified(p, C.f64([g]), C.f64([g]), 0.1, 0.99, 1e-5, k)
        assert_close(came, p, what=f"after step {k} with gradient {g:g} each time, a", atol=1e-11)
