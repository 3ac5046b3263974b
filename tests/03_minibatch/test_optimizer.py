"""Optimizer: gradient descent, compared with torch's own over several steps, parameters and optimizers.

A weaker suite lets pass: a learning rate that is not the optimizer's own (right for one optimizer), a step that clears
the gradients or a zero_grad that steps, a generator that is used up by the first step, p.data replaced by another
tensor.
"""

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points

from .support.common import ONE, TWO
from .support.optimizer import LRS, check, optimizer, problems, steps, two_optimizers


@points(
    3,
    function="Optimizer",
    handout="step() moves each parameter by −lr times its gradient",
    hint="p ← p − lr · gradient, for each p, with the gradient that it has now.",
)
@given(problem=problems(), lr=st.sampled_from(LRS))
@example(problem=([ONE], [["backward", [ONE]], ["step", 0]]), lr=0.1)
@example(problem=([ONE, TWO], steps(1.0, -3.0, 0.5)), lr=0.1)
@example(problem=([ONE, TWO], steps(1.0, -3.0, then=["step"])), lr=0.5)
@example(problem=([ONE, TWO], steps(1.0, then=["step", "step"])), lr=0.5)
@example(problem=([ONE, ONE], [["backward", [ONE, 2 * ONE]], ["step", 0]]), lr=0.5)
def test_steps(student, problem, lr):
    """Over several steps, each parameter moves by −lr times the gradient it has at that moment"""
    starts, events = problem
    check(student, starts, [optimizer(range(len(starts)), lr)], events, ("values",))


@points(
    1,
    function="Optimizer",
    handout="Optimizer(params, lr=0.5)",
    hint="The signature says how lr is passed, and what it is if it isn't.",
)
@given(lr=st.one_of(st.none(), st.sampled_from(LRS)), positional=st.booleans())
@example(lr=None, positional=False)
@example(lr=0.0, positional=False)
@example(lr=0.1, positional=True)
def test_the_learning_rate(student, lr, positional):
    """lr is 0.5 if none is passed; it can be passed with or without its name; 0 is a learning rate, too"""
    check(student, [ONE, TWO], [optimizer([0, 1], lr, positional=positional)], steps(1.0, 2.0), ("values",))


@points(
    2,
    function="Optimizer",
    handout="step() moves each parameter by −lr times its gradient",
    hint="Whose lr, and whose parameters: the class's, the module's, or each optimizer's own?",
)
@given(case=two_optimizers())
@example(case=([optimizer([0], 0.5), optimizer([1], 0.1)], [*steps(1.0, then=["step"]), ["step", 1]]))
@example(case=([optimizer([0], 0.5), optimizer([1], 0.1)], [*steps(1.0, then=["step"]), ["zero_grad", 0]]))
def test_two_optimizers(student, case):
    """Two optimizers at once have each their own parameters and their own lr"""
    optimizers, events = case
    check(student, [ONE, TWO], optimizers, events)


@points(
    2,
    function="Optimizer",
    handout="params may be a generator",
    stub="an iterable of parameters, a generator too.",
    hint="A generator can be walked through once. How often do step and zero_grad need it?",
)
@given(problem=problems(), given=st.sampled_from(["generator", "tuple"]))
@few_examples(12)
@example(problem=([ONE, TWO], steps(1.0, 2.0)), given="generator")
@example(problem=([ONE, TWO], steps(1.0, 2.0, then=["zero_grad", "zero_grad"])), given="generator")
@example(problem=([ONE, TWO], steps(1.0, 2.0)), given="tuple")
def test_a_generator(student, problem, given):
    """The parameters may come from a generator, as model.parameters() is one, and every step has them"""
    starts, events = problem
    check(student, starts, [optimizer(range(len(starts)), given=given)], events)


@points(
    2,
    function="Optimizer",
    handout="zero_grad() makes gradients 0 or None",
    stub="Set the gradient of every parameter to zero, or to None.",
    hint="backward() adds to what is in p.grad. Zero it for every p.",
)
@given(problem=problems())
@example(problem=([ONE], [["backward", [ONE]], ["zero_grad", 0]]))
@example(problem=([ONE, TWO], steps(1.0, 2.0, then=["zero_grad"])))
@example(problem=([ONE, TWO], steps(1.0, 2.0)))
def test_zero_grad(student, problem):
    """zero_grad makes every gradient zero or None, also the ones of later rounds"""
    starts, events = problem
    check(student, starts, [optimizer(range(len(starts)))], events, ("grads",))


@points(
    1,
    function="Optimizer",
    handout="zero_grad clears gradients that are nan or infinite, too",
    band="robust",
    hint="What is 0 times nan?",
)
def test_zero_grad_after_an_overflow(student):
    """zero_grad also clears gradients that are nan or infinite"""
    overflow = torch.tensor([torch.inf, torch.nan])
    check(student, [ONE], [optimizer([0])], [["backward", [overflow]], ["zero_grad", 0]], ("grads",))


@points(
    1,
    function="Optimizer",
    handout="zero_grad clears … those of parameters that have been frozen since",
    stub="Set the gradient of every parameter to zero, or to None.",
    band="robust",
    hint="A frozen parameter that is thawed goes on with the gradient that was left to it.",
)
@pytest.mark.parametrize("frozen", [0, 1])
def test_zero_grad_of_what_is_frozen(student, frozen):
    """zero_grad also clears the gradient of a parameter that has been frozen since the backward pass, parameter"""
    events: list = [["backward", [ONE, TWO]], ["freeze", frozen], ["zero_grad", 0]]
    check(student, [ONE, TWO], [optimizer([0, 1])], events, ("grads",))
