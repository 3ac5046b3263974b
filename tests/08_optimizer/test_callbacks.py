"""Each callback by itself: one call, without autograd, with keywords that it needs and some that it doesn't.

The expected values are the handout's formulas in float64. A weaker suite lets pass: a callback that takes only its own
keywords (right until another one needs more), an eps under the root (right for large gradients), a change to
a copy of the parameter.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, points, require
from grader.suite.source import literal

from .support.callbacks import (
    EPS,
    LRS,
    MOMS,
    SQUARE,
    adam,
    call,
    check_in_place,
    check_leaves_averages,
    check_step,
)
from .support.common import f64, tensors


@points(
    1,
    function="sgd_cb",
    hint="p moves against its gradient, in place.",
    handout=(
        "change the parameter, and leave gradient and averages as they are",
        "Every callback takes keywords that it doesn't know, and ignores them.",
    ),
    stub="p ← p - lr · grad.",
)
@given(drawn=tensors(2), lr=LRS)
@example(drawn=(f64([1.0, 2.0]), f64([0.5, -1.0])), lr=0.1)
def test_sgd_cb(student, drawn, lr):
    """sgd_cb: p - lr · grad"""
    p, g = drawn
    check_step(call(student, "sgd_cb", p, g, lr=lr), "sgd_cb", p, p - lr * g, g)


@points(
    1,
    function="weight_decay",
    hint="p is multiplied. What has the gradient to do with it?",
    handout=(
        "the first changes the parameter only",
        "Every callback takes keywords that it doesn't know, and ignores them.",
    ),
    stub="p ← p · (1 - lr · wd). The gradient stays as it is.",
)
@given(drawn=tensors(2), lr=LRS, wd=LRS)
@example(drawn=(f64([1.0, -2.0]), f64([0.5, -1.0])), lr=0.1, wd=0.5)
def test_weight_decay(student, drawn, lr, wd):
    """weight_decay: p · (1 - lr · wd), whatever the gradient, which stays as it is"""
    p, g = drawn
    report = call(student, "weight_decay", p, g, lr=lr, wd=wd)
    check_step(report, "weight_decay", p, p * (1 - lr * wd), g)


@points(
    2,
    function="l2_reg",
    hint="The gradient of wd/2 · p² is wd · p. The learning rate comes later.",
    handout=(
        "the second the gradient only",
        "Every callback takes keywords that it doesn't know, and ignores them.",
    ),
    stub="grad ← grad + wd · p",
)
@given(drawn=tensors(2), lr=LRS, wd=LRS)
@example(drawn=(f64([1.0, -2.0]), f64([0.5, -1.0])), lr=0.1, wd=0.5)
def test_l2_reg(student, drawn, lr, wd):
    """l2_reg: grad + wd · p is the new gradient, and p stays as it is"""
    p, g = drawn
    report = call(student, "l2_reg", p, g, lr=lr, wd=wd)
    require(report["grad"] is not None, "after l2_reg, p.grad is None")
    assert_close(report["p"], p, what="p after l2_reg, which leaves it alone,", atol=0.0)
    assert_close(report["grad"], g + wd * p, what="p.grad after l2_reg", atol=1e-11)


@points(
    1,
    function="momentum_step",
    hint="The average takes the gradient's place.",
    handout=(
        "change the parameter, and leave gradient and averages as they are",
        "Every callback takes keywords that it doesn't know, and ignores them.",
    ),
    stub="p ← p - lr · grad_avg",
)
@given(drawn=tensors(3), lr=LRS)
@example(drawn=(f64([1.0, 2.0]), f64([0.5, -1.0]), f64([2.0, 4.0])), lr=0.1)
def test_momentum_step(student, drawn, lr):
    """momentum_step: p - lr · grad_avg"""
    p, g, average = drawn
    report = call(student, "momentum_step", p, g, lr=lr, grad_avg=average)
    check_step(report, "momentum_step", p, p - lr * average, g)


@points(
    2,
    function="rms_prop_step",
    hint="First the root, then eps. And the gradient itself is on top.",
    handout=(
        "change the parameter, and leave gradient and averages as they are",
        "Every callback takes keywords that it doesn't know, and ignores them.",
    ),
    stub="p ← p - lr · grad / (√sqr_avg + eps)",
)
@given(drawn=tensors(3), lr=LRS, eps=EPS)
@example(drawn=(f64([1.0]), f64([0.5]), f64([2.0])), lr=0.1, eps=0.1)
@example(drawn=(f64([1.0]), f64([1e-3]), f64([1e-3])), lr=0.1, eps=1e-3)
@example(drawn=(f64([1.0]), f64([0.0]), f64([0.0])), lr=0.1, eps=1e-5)
def test_rms_prop_step(student, drawn, lr, eps):
    """rms_prop_step: p - lr · grad / (√sqr_avg + eps), with eps outside the root"""
    p, g, root = drawn
    report = call(student, "rms_prop_step", p, g, lr=lr, sqr_avg=root**2, eps=eps, grad_avg=p + 3)
    check_step(report, "rms_prop_step", p, p - lr * g / (root.abs() + eps), g)


@points(
    1,
    function="step_stat",
    hint="Called for the first time it knows no step, and it is step 1.",
    handout=(
        "return … step in a dict",
        "Every callback takes keywords that it doesn't know, and ignores them.",
    ),
    stub="A parameter's first step is number 1.",
)
@given(step=st.integers(0, 100))
@example(step=0)
def test_step_stat(student, step):
    """step_stat: 1 at the first step, when there is no step to know yet; else one more"""
    code = f"step_stat(torch.zeros(1), lr=0.1, **{literal({'step': step} if step else {})})"
    zero = f64([0.0])
    known = {"lr": 0.1, **({"step": step} if step else {})}
    report = student.run("call_callback", "step_stat", zero, zero, known, as_python=code)
    result = report["result"]
    require(isinstance(result, dict) and "step" in result, f"{code} is {literal(result)[:100]}")
    assert_close(result["step"], step + 1, what=f'{code}["step"]')
    check_step(report, "step_stat", zero, zero, zero)


ADAM = {"mom": 0.9, "sqr_mom": 0.99, "eps": 1e-5}


@points(
    3,
    function="adam_step",
    hint="Both averages are debiased, each by its own β, before the root; eps comes last.",
    handout=(
        "change the parameter, and leave gradient and averages as they are",
        "Every callback takes keywords that it doesn't know, and ignores them.",
    ),
    stub=(
        "p ← p - lr · m / (√v + eps), with the debiased averages m and v.",
        "m = grad_avg / (1 - mom^step), v = sqr_avg / (1 - sqr_mom^step)",
    ),
)
@given(drawn=tensors(4), lr=LRS, mom=MOMS, sqr_mom=MOMS, eps=EPS, step=st.integers(1, 30))
@example(drawn=(f64([1.0]), f64([3.0]), f64([0.5]), f64([2.0])), lr=0.1, step=1, **ADAM)
@example(drawn=(f64([1.0]), f64([3.0]), f64([0.5]), f64([2.0])), lr=0.1, step=2, **ADAM)
@example(drawn=(f64([1.0]), f64([3.0]), f64([1e-5]), f64([2e-5])), lr=0.1, step=3, **ADAM)
@example(drawn=(f64([1.0]), f64([0.0]), f64([0.0]), f64([0.0])), lr=0.1, step=1, **ADAM)
def test_adam_step(student, drawn, lr, mom, sqr_mom, eps, step):
    """adam_step: p - lr · m / (√v + eps), m = grad_avg / (1 - mom^step), v = sqr_avg / (1 - sqr_mom^step)"""
    p, g, m, root = drawn
    report, expected = adam(student, p, g, m, root, lr, mom=mom, sqr_mom=sqr_mom, eps=eps, step=step)
    check_step(report, "adam_step", p, expected, g)


@points(
    1,
    function="momentum_step",
    beside="test_momentum_step",
    hint="A method that ends in _ changes what the state holds.",
    handout="change the parameter, and leave gradient and averages as they are",
)
def test_momentum_step_leaves_the_average(student):
    """momentum_step leaves grad_avg as it is"""
    check_leaves_averages(student, "momentum_step", "grad_avg")


@points(
    1,
    function="rms_prop_step",
    beside="test_rms_prop_step",
    hint="A method that ends in _ changes what the state holds.",
    handout="change the parameter, and leave gradient and averages as they are",
)
def test_rms_prop_step_leaves_the_average(student):
    """rms_prop_step leaves sqr_avg as it is"""
    check_leaves_averages(student, "rms_prop_step", "sqr_avg")


@points(
    1,
    function="adam_step",
    beside="test_adam_step",
    hint="Debias for this step only.",
    handout="change the parameter, and leave gradient and averages as they are",
)
def test_adam_step_leaves_the_averages(student):
    """adam_step leaves grad_avg and sqr_avg as they are"""
    check_leaves_averages(student, "adam_step", "grad_avg", "sqr_avg")


@points(
    1,
    function="sgd_cb",
    band="robust",
    hint="p.data = … puts new memory under an old name.",
    handout="Steps and decay write into the parameter's own memory",
)
def test_sgd_cb_in_place(student):
    """sgd_cb writes into the parameter's own memory, which others may look at"""
    check_in_place(student, "sgd_cb")


@points(
    1,
    function="weight_decay",
    band="robust",
    hint="p.data = … puts new memory under an old name.",
    handout="Steps and decay write into the parameter's own memory",
)
def test_weight_decay_in_place(student):
    """weight_decay writes into the parameter's own memory, which others may look at"""
    check_in_place(student, "weight_decay")


@points(
    1,
    function="momentum_step",
    band="robust",
    hint="p.data = … puts new memory under an old name.",
    handout="Steps and decay write into the parameter's own memory",
)
def test_momentum_step_in_place(student):
    """momentum_step writes into the parameter's own memory, which others may look at"""
    check_in_place(student, "momentum_step", grad_avg=SQUARE)


@points(
    1,
    function="rms_prop_step",
    band="robust",
    hint="p.data = … puts new memory under an old name.",
    handout="Steps and decay write into the parameter's own memory",
)
def test_rms_prop_step_in_place(student):
    """rms_prop_step writes into the parameter's own memory, which others may look at"""
    check_in_place(student, "rms_prop_step", sqr_avg=SQUARE)


@points(
    1,
    function="adam_step",
    band="robust",
    hint="p.data = … puts new memory under an old name.",
    handout="Steps and decay write into the parameter's own memory",
)
def test_adam_step_in_place(student):
    """adam_step writes into the parameter's own memory, which others may look at"""
    check_in_place(student, "adam_step", grad_avg=SQUARE, sqr_avg=SQUARE)
