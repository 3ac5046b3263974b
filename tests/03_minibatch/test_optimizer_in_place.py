"""Optimizer and the parameters as they are: changed in place, of any dtype and layout, with a gradient or without.

A weaker suite lets pass: new tensors in place of the old ones (right as long as nobody holds a view of them), a step
that autograd records, gradients scaled on the way to the step, a parameter without gradient that ends everything.
"""

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, assert_dtype, few_examples, points, require
from grader.suite.source import literal
from grader.suite.strategies import LAYOUTS, dtypes, laid_out, tensors

from .support.common import ONE, TWO
from .support.optimizer_in_place import drive, in_words, same, scripts

ROUND = [["backward", [-ONE, 2 * TWO]], ["step", 0], ["zero_grad", 0]]


@points(
    2,
    function="Optimizer",
    handout=("step() … leaves the gradients alone", "zero_grad() … leaves the parameters alone"),
    hint="Two methods, two jobs: which of them may touch p, and which one p.grad?",
    beside="test_steps",
)
@given(events=scripts())
@few_examples(10)
@example(events=[["backward", [ONE, TWO]], ["step", 0], ["step", 0]])
@example(events=[["backward", [ONE, TWO]], ["zero_grad", 0]])
def test_step_and_zero_grad_apart(student, events):
    """step leaves the gradients as they are, and zero_grad the parameters"""
    got = drive(student, [ONE, TWO], events)
    kept = {
        "step": ("grads", "the gradient"),
        "zero_grad": ("values", "the value"),
        "backward": ("values", "the value"),
    }
    for k in range(1, len(events)):
        which, called = kept[events[k][0]]
        for i in range(2):
            before, after = got[which][k - 1][i], got[which][k][i]
            text = f"{in_words(events, k)}, {called} of parameter {i} is {literal(after)}"
            require(same(before, after), f"{text}; before that it was {literal(before)}")


@points(
    2,
    function="Optimizer",
    handout=("in place and without autograd history", "step and fit leave autograd switched on behind them."),
    hint="p -= … is in place, p = p - … is not. What stands around it, so that autograd looks away?",
    beside="test_steps",
)
@given(events=scripts())
@few_examples(10)
@example(events=[["backward", [ONE, TWO]], ["step", 0]])
def test_in_place_without_history(student, events):
    """Parameters stay leaves that require grad, in their place in memory, and step leaves grad mode on"""
    got = drive(student, [ONE, TWO], events)
    for i, state in enumerate(got["in_place"]):
        at = f"{in_words(events, len(events) - 1)}, parameter {i}"
        require(state["leaf"], f"{at} has an autograd history: it is no leaf any more")
        require(state["requires_grad"], f"{at} doesn't require grad any more")
        require(
            state["memory"], f"{at} lies in another place in memory: it was replaced, not changed in place"
        )
    for k, on in enumerate(got["grad_enabled"]):
        require(
            on, f"{in_words(events, k)}, gradients are switched off for everybody (torch.is_grad_enabled())"
        )


@points(
    2,
    function="Optimizer",
    handout="a parameter whose grad is None is skipped",
    band="robust",
    hint="A layer that took no part in the loss has p.grad None.",
)
@given(events=scripts(nothing=True))
@example(events=[["step", 0]])
@example(events=[["zero_grad", 0]])
@example(events=[["backward", [None, TWO]], ["step", 0], ["zero_grad", 0]])
@example(events=[["backward", [ONE, None]], ["step", 0], ["zero_grad", 0]])
@example(events=[*ROUND, ["step", 0]])
@example(events=[*ROUND, ["backward", [None, TWO]], ["step", 0]])
def test_without_gradient(student, events):
    """A parameter whose grad is None stays as it is, in step and in zero_grad; the others go on"""
    got = drive(student, [ONE, TWO], events)
    values, gradients = [ONE, TWO], [torch.zeros(2), torch.zeros(1, 1)]
    for k, (what, detail) in enumerate(events):
        if what == "backward":
            gradients = [g if c is None else g + c for g, c in zip(gradients, detail, strict=True)]
        elif what == "zero_grad":
            gradients = [torch.zeros_like(g) for g in gradients]
        else:
            values = [v - 0.5 * g for v, g in zip(values, gradients, strict=True)]
        for i in range(2):
            assert_close(
                got["values"][k][i], values[i], what=f"{in_words(events, k)}, parameter {i}", scale=40.0
            )
            left = got["grads"][k][i]
            if left is not None or bool(gradients[i].count_nonzero()):
                require(left is not None, f"{in_words(events, k)}, the gradient of parameter {i} is None")
                assert_close(left, gradients[i], what=f"{in_words(events, k)}, the gradient of parameter {i}")


@points(
    1,
    function="Optimizer",
    handout="parameters may be of any floating dtype, contiguous in memory or not",
    band="robust",
    hint="Work on the tensor that is there, whatever it is like.",
)
@given(
    start=tensors((2, 3), dtype=dtypes(), magnitude=8.0),
    layout=st.sampled_from([layout for layout in LAYOUTS if layout != "expanded"]),
    lr=st.sampled_from([0.5, 0.1]),
)
@example(start=torch.ones(2, 3, dtype=torch.float16), layout="contiguous", lr=0.1)
@example(start=torch.ones(2, 3, dtype=torch.float64), layout="transposed", lr=0.1)
@example(start=torch.arange(6.0).reshape(2, 3), layout="strided", lr=0.5)
def test_dtypes_and_layouts(student, start, layout, lr):
    """Parameters of any floating dtype and layout in memory are stepped, and keep their dtype"""
    gradient = (torch.arange(6.0) - 2).reshape(2, 3).to(start.dtype)
    got = drive(student, [laid_out(start, layout)], [["backward", [gradient]], ["step", 0]], lr)
    (value,) = got["values"][1]
    assert_dtype(value, start.dtype, what="the parameter after a step")
    expected = start.double() - lr * gradient.double()
    assert_close(value, expected, what=f"after a step, the ({layout}) parameter", scale=10.0)
    require(got["in_place"][0]["memory"], "after a step, the parameter lies in another place in memory")


@points(
    1,
    function="Optimizer",
    handout="Later changes to the list that … Optimizer was given change nothing",
    band="robust",
    hint="Whose list is it?",
)
def test_the_callers_parameters(student):
    """The caller may reuse the list of parameters; the optimizer keeps its own"""
    got = drive(student, [ONE, TWO], ROUND, given="emptied")
    for i, (value, start, gradient) in enumerate(zip(got["values"][1], (ONE, TWO), ROUND[0][1], strict=True)):
        text = f"after the caller emptied the list, backward and step, parameter {i}"
        assert_close(value, start - 0.5 * gradient, what=text)
    for i, left in enumerate(got["grads"][2]):
        cleared = left is None or not bool(left.count_nonzero())
        require(
            cleared,
            f"after the caller emptied the list, zero_grad left parameter {i} the gradient {literal(left)}",
        )
