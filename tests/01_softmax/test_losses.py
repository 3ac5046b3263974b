"""nll and cross_entropy.

A weaker suite lets pass: a sum for the mean (right for one row), target[i] taken as a row (right for the
identity), -inf at a target turned into a number (right while no class is impossible).
"""

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, assert_dtype, few_examples, points, require
from grader.suite.strategies import classified, dtypes

from .support.common import check_by_values
from .support.losses import (
    batches,
    check_gradient_of_cross_entropy,
    check_gradient_of_nll,
    in_each_dtype,
    scalar,
)

two_rows = (torch.tensor([[-1.0, -2.0, -4.0], [-0.5, -8.0, -3.0]]), torch.tensor([2, 0]))


@points(
    3,
    function="nll",
    handout=("mean of -log_probs[i, target[i]]", "(N, C) and int64 (N,)"),
    stub="Returns a 0-d tensor.",
    hint="Index with two integer arrays at once: one for the rows, one for the columns.",
)
@given(case=batches(magnitude=100))
@example(case=two_rows)
@example(case=(torch.tensor([[-1.0, -2.0]] * 3), torch.tensor([1, 1, 0])))
def test_nll_is_a_mean_of_looked_up_entries(student, case):
    """nll(log_probs, target) = -mean of log_probs[i, target[i]]"""
    log_probs, target = case
    rows = [-float(log_probs[i, t]) for i, t in enumerate(target.tolist())]
    got = student.nll(log_probs, target)
    scalar(got, "nll")
    assert_close(got, sum(rows) / len(rows), what="nll", scale=float(log_probs.abs().max()))


@points(
    2,
    function="nll",
    stub="Gradients flow through everything but `accuracy`.",
    hint="The mean spreads its gradient evenly over the rows.",
)
@given(case=batches(magnitude=100), weight=st.sampled_from([1.0, -2.5]))
@example(case=two_rows, weight=1.0)
def test_gradient_of_nll(student, case, weight):
    """The gradient of w·nll is -w/N at each [i, target[i]] and 0 elsewhere"""
    log_probs, target = case
    check_gradient_of_nll(student, log_probs, target, weight)


@points(
    1,
    function="nll",
    handout="looked up by index",
    stub="Entries that `target` doesn't name have no influence, even if they are -inf",
    hint="A one-hot matrix multiplies every entry by 0 or 1. What is 0 times infinity?",
)
@given(case=batches(magnitude=10))
@example(case=two_rows)
def test_nll_looks_nothing_else_up(student, case):
    """Entries that no target points at have no influence, not even -inf (no one-hot matrix)"""
    log_probs, target = case
    masked = torch.full_like(log_probs, -torch.inf)
    rows = torch.arange(len(target))
    masked[rows, target] = log_probs[rows, target]
    got = student.nll(masked, target)
    scalar(got, "nll")
    assert_close(got, -log_probs[rows, target].double().mean(), what="nll", scale=10)


@points(
    1,
    function="nll",
    hint="Operations whose names end in _ change the tensor they are called on.",
    handout="Inputs are never modified.",
    beside="test_nll_is_a_mean_of_looked_up_entries",
)
@few_examples()
@given(case=batches(magnitude=30))
def test_nll_leaves_its_inputs(student, case):
    """nll leaves log_probs and target as they were"""
    seen = student.run("call_and_inspect", "nll", list(case))
    require(not seen["changed"], "an argument was modified")


@points(
    3,
    function="cross_entropy",
    handout="nll of log_softmax",
    stub="logits: (N, C), finite numbers, also large ones … Returns a 0-d tensor",
    hint="You have both halves already.",
)
@given(case=batches(magnitude=1e4))
@example(case=two_rows)
@example(case=(torch.tensor([[1000.0, 0.0], [0.0, -1000.0]]), torch.tensor([1, 0])))
def test_cross_entropy_is_nll_of_log_softmax(student, case):
    """cross_entropy(logits, target) = -mean of log_softmax(logits)[i, target[i]]"""
    logits, target = case
    got = student.cross_entropy(logits, target)
    scalar(got, "cross_entropy")
    expected = -torch.log_softmax(logits.double(), -1)[torch.arange(len(target)), target].mean()
    assert_close(got, expected, what="cross_entropy", scale=float(logits.abs().max()), roundings=2)


@points(
    2,
    function="cross_entropy",
    handout="the gradient is the one above",
    stub="gradient with respect to the logits is (softmax(logits) - onehot(target)) / N.",
    hint="(softmax - one-hot) / N: check the division by N.",
)
@given(case=batches(magnitude=30), weight=st.sampled_from([1.0, -2.5]))
@example(case=two_rows, weight=1.0)
def test_gradient_of_cross_entropy(student, case, weight):
    """The gradient of w·cross_entropy with respect to the logits is w·(softmax - onehot) / N"""
    logits, target = case
    check_gradient_of_cross_entropy(student, logits, target, weight)


@points(
    1,
    function="cross_entropy",
    handout="Inputs are never modified.",
    hint="Operations whose names end in _ change the tensor they are called on.",
    beside="test_cross_entropy_is_nll_of_log_softmax",
)
@few_examples()
@given(case=batches(magnitude=30))
def test_cross_entropy_leaves_its_inputs(student, case):
    """cross_entropy leaves logits and target as they were"""
    seen = student.run("call_and_inspect", "cross_entropy", list(case))
    require(not seen["changed"], "an argument was modified")


@points(
    1,
    function="cross_entropy",
    handout=("Results have the dtype … of the input", "gradients have its precision."),
    band="robust",
    hint="Results follow the dtype of their inputs.",
)
@given(case=classified(magnitude=50, dtype=dtypes()))
@in_each_dtype
def test_dtype_of_cross_entropy(student, case):
    """cross_entropy comes in the dtype of the logits, its gradient in their precision"""
    logits, target = case
    got = student.cross_entropy(logits, target)
    assert_dtype(got, logits.dtype, what="cross_entropy")
    expected = -torch.log_softmax(logits.double(), -1)[torch.arange(len(target)), target].mean()
    assert_close(got, expected, what="cross_entropy", scale=float(logits.abs().max()), roundings=2)
    check_gradient_of_cross_entropy(student, logits, target, 1.0)


@points(
    1,
    function="nll",
    handout=("Results have the dtype … of the input", "gradients have its precision."),
    band="robust",
    hint="Results follow the dtype of their inputs.",
)
@given(case=classified(magnitude=50, dtype=dtypes()))
@in_each_dtype
def test_dtype_of_nll(student, case):
    """nll comes in the dtype of log_probs, its gradient in their precision"""
    log_probs, target = case
    got = student.nll(log_probs, target)
    scalar(got, "nll")
    assert_dtype(got, log_probs.dtype, what="nll")
    expected = -log_probs.double()[torch.arange(len(target)), target].mean()
    assert_close(got, expected, what="nll", scale=50, roundings=2)
    check_gradient_of_nll(student, log_probs, target, 1.0)


@points(
    1,
    function="nll",
    handout="inf if a target's own entry is −inf",
    band="robust",
    hint="How bad is it when what happened was held to be impossible?",
)
@given(case=batches(magnitude=10), at=st.integers(0, 4))
@example(case=two_rows, at=1)
def test_what_was_held_impossible_costs_infinity(student, case, at):
    """nll is inf if the log-probability of one item's target is -inf"""
    log_probs, target = case[0].clone(), case[1]
    row = at % len(target)
    log_probs[row, target[row]] = -torch.inf
    assert_close(student.nll(log_probs, target), torch.inf, what="nll")


@points(
    1,
    function="cross_entropy",
    handout="Results go by the values of the arguments, whatever was called before or done to earlier results. "
    "No later call changes them.",
    band="robust",
    hint="What does it keep from one call to the next?",
    beside="test_cross_entropy_is_nll_of_log_softmax",
)
@few_examples()
@given(case=classified(magnitude=30))
def test_cross_entropy_goes_by_values(student, case):
    """cross_entropy goes by what the logits hold now, and each result is a tensor of its own"""
    logits, target = case
    changed = (logits.flip(-1) * 0.5 + torch.arange(logits.shape[1])).contiguous()
    check_by_values(student, "cross_entropy", logits.contiguous(), changed, target)


@points(
    1,
    function="nll",
    handout="Results go by the values of the arguments, whatever was called before or done to earlier results. "
    "No later call changes them.",
    band="robust",
    hint="What does it keep from one call to the next?",
    beside="test_nll_is_a_mean_of_looked_up_entries",
)
@few_examples()
@given(case=classified(magnitude=30))
def test_nll_goes_by_values(student, case):
    """nll goes by what log_probs holds now, and each result is a tensor of its own"""
    log_probs, target = case
    changed = (log_probs.flip(-1) * 0.5 + torch.arange(log_probs.shape[1])).contiguous()
    check_by_values(student, "nll", log_probs.contiguous(), changed, target)
