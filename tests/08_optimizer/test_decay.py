"""Weight decay in both forms, alone and in company.

The two are one under plain gradient descent, so a suite that stops there lets them pass for each other, and lets
pass an AdamW that is Adam with L2 regularisation, one that decays after its step, and one that forgets lr or wd.
"""

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import assert_close, few_examples, points

from .support import trajectories

ADAM = ["dampened average_grad", "average_sqr_grad", "step_stat", "adam_step"]
MOMENTUM = ["average_grad", "momentum_step"]
L2_MOMENTUM, DECAYED_MOMENTUM = ["l2_reg", *MOMENTUM], ["weight_decay", *MOMENTUM]
SGD_HYPERS = {"lr": 0.1, "wd": 0.1}
MOMENTUM_HYPERS = {"lr": 0.1, "mom": 0.9, "wd": 0.1}
ADAM_HYPERS = {"lr": 0.1, "mom": 0.9, "sqr_mom": 0.99, "eps": 1e-5, "wd": 0.1}


@points(
    1,
    function="l2_reg",
    hint="p - lr · (g + wd · p) is (1 - lr · wd) · p - lr · g.",
    handout="which l2_reg adds to g",
    stub="grad ← grad + wd · p",
)
@few_examples(10)
@given(drawn=trajectories.problems(["l2_reg", "sgd_cb"], ("lr", "wd")))
def test_l2_under_gradient_descent(student, drawn):
    """l2_reg before sgd_cb: what torch.optim.SGD with weight_decay=wd does"""
    trajectories.check(student, drawn, trajectories.by_torch(drawn, "SGD"))


@points(
    1,
    function="weight_decay",
    hint="p - lr · (g + wd · p) is (1 - lr · wd) · p - lr · g.",
    handout="That is the same as weight_decay followed by sgd_cb: shrink, then step.",
)
@few_examples(10)
@given(drawn=trajectories.problems(["weight_decay", "sgd_cb"], ("lr", "wd")))
def test_decoupled_decay_under_gradient_descent(student, drawn):
    """weight_decay before sgd_cb: what torch.optim.SGD with weight_decay=wd does"""
    trajectories.check(student, drawn, trajectories.by_torch(drawn, "SGD"))


@points(
    2,
    function="l2_reg",
    hint="The average is one of gradients, and by now wd · p is part of the gradient.",
    handout="Under momentum, RMSProp and Adam the two differ, because wp goes into the averages.",
)
@few_examples(6)
@given(drawn=trajectories.problems(L2_MOMENTUM, ("lr", "mom", "wd")))
@trajectories.each(trajectories.edges(L2_MOMENTUM, MOMENTUM_HYPERS.items()))
def test_l2_under_momentum(student, drawn):
    """l2_reg before momentum's callbacks: what torch.optim.SGD with momentum and weight_decay does"""
    trajectories.check(student, drawn, trajectories.by_torch(drawn, "Momentum"))


@points(
    1,
    function="weight_decay",
    hint="Decay that is decoupled never enters the average.",
    handout="weight_decay is called decoupled, because it does not go through the gradient.",
)
@few_examples(6)
@given(drawn=trajectories.problems(DECAYED_MOMENTUM, ("lr", "mom", "wd")))
@trajectories.each(trajectories.edges(DECAYED_MOMENTUM, MOMENTUM_HYPERS.items()))
def test_decoupled_decay_under_momentum(student, drawn):
    """weight_decay before momentum's callbacks: every weight shrinks by lr · wd of itself, then momentum steps"""
    trajectories.check(student, drawn, trajectories.by_torch(drawn, "Momentum", decoupled=True))


@points(
    3,
    function="AdamW",
    hint="Shrink the weights first, by lr · wd; what is averaged is the gradient alone.",
    handout=("AdamW is Adam with it.", "weight_decay before the step"),
    stub="p ← p · (1 - lr · wd)",
)
@few_examples(10)
@given(drawn=trajectories.problems("AdamW", ("lr", "wd")))
@trajectories.each(trajectories.edges("AdamW", [("wd", 0.1)]))
def test_adamw(student, drawn):
    """AdamW goes where torch.optim.AdamW with weight_decay=wd goes"""
    trajectories.check(student, drawn, trajectories.by_torch(drawn, "AdamW"))


@points(
    1,
    function="l2_reg",
    hint="L2 regularisation changes the gradient, and so everything that is made of it.",
    handout="Under momentum, RMSProp and Adam the two differ, because wp goes into the averages.",
)
@few_examples(6)
@given(drawn=trajectories.problems(["l2_reg", *ADAM], tuple(ADAM_HYPERS)))
@trajectories.each(trajectories.edges(["l2_reg", *ADAM], ADAM_HYPERS.items()))
def test_l2_under_adam(student, drawn):
    """l2_reg before Adam's callbacks is torch.optim.Adam with weight_decay, and no AdamW"""
    trajectories.check(student, drawn, trajectories.by_torch(drawn, "Adam"))


@points(
    1,
    function="AdamW",
    hint="Both averages are 0 here, and what is left is the decay.",
    handout="AdamW is Adam with it.",
    stub="p ← p · (1 - lr · wd)",
)
@given(steps=st.integers(1, 5), lr=st.sampled_from([0.1, 0.5]), wd=st.sampled_from([0.1, 0.5]))
def test_decay_alone(student, steps, lr, wd):
    """Under gradients of 0, AdamW multiplies weights by 1 - lr · wd a step"""
    hypers = {"lr": lr, "wd": wd}
    drawn = trajectories.problem("AdamW", [[1.0, -4.0]], [[[0.0, 0.0]]] * steps, hypers)
    report = student.run("trajectory", drawn, as_python=trajectories.as_code(drawn))
    for k, (a,) in enumerate(report["values"], 1):
        right = trajectories.f64([1.0, -4.0]) * (1 - lr * wd) ** k
        assert_close(a, right, what=f"after step {k}, a (gradients of 0)")
