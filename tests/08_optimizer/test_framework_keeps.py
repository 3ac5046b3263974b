"""Optimizer by itself: what it takes, what it zeroes, and what it leaves to others.

A weaker suite lets pass: a generator that is used up (right for one step), gradients zeroed with their history (right
until somebody asks for second derivatives), those of the first group alone, state in the class (right for one
optimizer), exceptions that are swallowed.
"""

from itertools import zip_longest

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require

from .support import framework
from .support.framework_keeps import check_counted, check_zeroed

script, scripts = framework.script, framework.scripts


@points(
    2,
    function="Optimizer",
    hint="None is simplest. Zeroing in place keeps the history of a gradient that has one.",
    handout="zero_grad(): every gradient becomes None, or zero without history",
)
@few_examples(10)
@given(how=st.lists(st.sampled_from(["plain", "history"]), min_size=1, max_size=3), grouped=st.booleans())
@example(how=["plain"], grouped=False)
@example(how=["history"], grouped=False)
@example(how=["plain", "plain"], grouped=True)
def test_what_zero_grad_leaves(student, how, grouped):
    """zero_grad leaves every gradient, in every group, at zero or None, without history, and parameters as they are"""
    check_zeroed(student, how, grouped)


@points(
    1,
    function="Optimizer",
    beside="test_what_zero_grad_leaves",
    band="robust",
    hint="step asks for p.grad alone. What would a gradient that nobody takes away do there?",
    handout="One that is frozen later may still have one, which zero_grad takes away like any other.",
)
def test_frozen_later(student):
    """zero_grad takes the gradient of a parameter away that has been frozen since"""
    for how in (["frozen"], ["plain", "frozen", "plain"]):
        check_zeroed(student, how, grouped=False)
        check_zeroed(student, how, grouped=True)


@points(
    1,
    function="Optimizer",
    hint="A generator can be looped over once. You loop at every step.",
    handout="params: an iterable of parameters, a generator too",
)
@few_examples(10)
@given(s=scripts(handed=("generator", "iterator", "tuple")))
@example(s=script([[1, 1]] * 2, given="generator"))
@example(s=script([[1, 1]] * 2, given="iterator"))
@example(s=script([[1, 1]] * 2, given="tuple"))
def test_parameters_of_any_iterable(student, s):
    """Parameters may come from a generator, an iterator or a tuple, and are all there at every step"""
    report = framework.run(student, s)
    framework.check_order(s, report)
    framework.check_state(s, report)


@points(
    1,
    function="Optimizer",
    band="robust",
    hint="torch.no_grad: parameters that require grad can't be changed in place without it.",
    handout="Callbacks are called without autograd … After the step it is on or off as it was before",
)
@few_examples()
@given(s=scripts())
@example(s=script([[1, 1]], ["silent", "counts"]))
def test_autograd_is_off(student, s):
    """Callbacks are called without autograd; after the step it is as it was"""
    report = framework.run(student, s, "torch.is_grad_enabled()", also=", torch.is_grad_enabled()")
    on = next((c for c in report["calls"] if c["grad"]), None)
    require(
        on is None, f"at step {on and on['step'] + 1} callback {on and on['cb']} was called with autograd on"
    )
    require(report["grad"], "after the step autograd was still off")
    require(report["stays_off"], "after a step within torch.no_grad() autograd was on")


@points(
    1,
    function="Optimizer",
    band="robust",
    hint="Let it pass. A with-block switches autograd on again by itself.",
    handout="on or off as it was before, after an exception too, which reaches the caller of step.",
)
@pytest.mark.parametrize("cbs", [["raises"], ["counts", "raises", "counts"]], ids=["alone", "in the middle"])
def test_an_exception_in_a_callback(student, cbs):
    """A callback's exception reaches the caller of step, and autograd is on again"""
    report = framework.run(student, script([[1]], cbs))
    require(report["raised"] == "on purpose", "a callback raised RuntimeError, and step kept it to itself")
    require(report["grad"], "a callback raised RuntimeError, and afterwards autograd was still off")


@points(
    1,
    function="Optimizer",
    band="robust",
    hint="Copy what you are given and want to change. Lists stay the caller's.",
    handout="Lists that an optimizer is given stay as they are.",
)
@few_examples()
@given(s=scripts(grouped=True))
@example(s=script([[1, 1]], ["counts"]))
def test_lists_of_the_caller(student, s):
    """The caller's lists of parameters, groups and callbacks are the same afterwards"""
    require(
        framework.run(student, s, "params, cbs")["kept"],
        "one of the lists that Optimizer was given has changed",
    )


@points(
    1,
    function="Optimizer",
    band="robust",
    hint="What belongs to an optimizer is made in __init__, not in the class.",
    handout="Two optimizers share no states and no hypers",
)
@few_examples()
@given(pair=st.tuples(scripts(), scripts()))
@example(pair=(script([[1], [1]]), script([[1], [1]], hypers={"lr": 0.5})))
def test_two_optimizers_by_turns(student, pair):
    """Two optimizers that take turns keep their parameters, hyper-parameters and states apart"""
    turns = zip_longest(framework.in_code(pair[0]), framework.in_code(pair[1], "uvwxyz", "opt2", "other"))
    code = "\n".join(part for turn in turns for part in turn if part)
    for s, report in zip(pair, student.run("scripted", list(pair), as_python=code), strict=True):
        framework.check_order(s, report)
        framework.check_hypers(s, report)
        framework.check_state(s, report)


@points(
    1,
    function="Optimizer",
    hint="What a callback returns is merged into a dict that the optimizer made itself.",
    handout="a callback may keep one dict and return it each time",
)
def test_a_dict_that_is_returned_again(student):
    """A callback may return the same dict each time: what is in it at that moment goes into the state"""
    check_counted(student, 2, 1, "with a callback that returns the same dict each time")


@points(
    1,
    function="Optimizer",
    band="robust",
    hint="Whose are the averages of a parameter: the class's, the parameter's, or yours?",
    handout="Two optimizers share no states and no hypers, not even when they have the same parameters.",
)
def test_two_optimizers_of_the_same_parameters(student):
    """Two optimizers of the same parameters have a state each"""
    check_counted(student, 2, 2, "with two optimizers of the same parameters")


@points(
    1,
    function="Optimizer",
    band="robust",
    hint="Which parameters have a gradient is asked at each step.",
    handout="Which parameters have a gradient is asked at each step: one that was frozen at first may have one later.",
)
def test_thawed(student):
    """Parameters that were frozen when the optimizer was made are stepped once they have gradients"""
    check_counted(student, 2, 1, "with parameters that don't require grad until the optimizer is made", True)
