"""ModelResetter, TerminateOnNaN and GradientClip, driven by a stand-in for the learner.

A weaker suite lets pass: a reset at each batch or once a fit, nan found by `loss == nan`, −inf that is overlooked, a
loss of 0 that ends the fit, gradients clipped one by one, small gradients scaled up, parameters clipped in their place.
"""

import math

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import assert_close, few_examples, points, require
from grader.suite.source import literal

from .support.small_callbacks import check_clip, ended

NAN, INF = math.nan, math.inf


@points(
    1,
    function="ModelResetter",
    hint="Two events: before_train and before_validate.",
    handout="model.reset() before train and before validate",
)
@few_examples(8)
@given(epochs=st.integers(1, 2), train=st.integers(1, 3), valid=st.integers(1, 2))
@example(epochs=1, train=1, valid=1)
@example(epochs=2, train=2, valid=2)
def test_resets(student, epochs, train, valid):
    """ModelResetter calls model.reset() once before each training and once before each validation, and never else"""
    for k, (event, times) in enumerate(student.run("reset", epochs, train, valid)):
        if event == "after_fit":  # left open
            continue
        due = int(event in ("before_train", "before_validate"))
        text = f"{epochs} epochs of {train} training and {valid} validation batches: at {event} (event {k}), "
        require(times == due, f"{text}model.reset() was called {times} times, expected {due}")


finite = st.sampled_from([0.0, 1.0, -2.5, 1e30, -1e30])
bad = st.sampled_from([NAN, INF, -INF])


@points(
    1,
    function="TerminateOnNaN",
    hint="nan is not even equal to itself. Which function knows what is finite?",
    handout="a loss that is nan or infinite ends the fit",
)
@few_examples(8)
@given(before=st.lists(finite, max_size=3), value=bad)
@example(before=[], value=NAN)
@example(before=[1.0], value=INF)
@example(before=[1.0], value=-INF)
@example(before=[0.0, 1e30, -1e30], value=NAN)
def test_terminates(student, before, value):
    """A training loss that is nan, inf or −inf cancels the fit in its batch; finite ones, such as 0 and 1e30, don't"""
    ended(student, [*before, value, 1.0], True)
    ended(student, before, True)


@points(
    1,
    function="TerminateOnNaN",
    band="robust",
    hint="A loss is a loss, in validation, too, and in any dtype.",
    handout="in validation, too, and in any floating dtype",
)
@few_examples()
@given(before=st.lists(finite, max_size=2), value=bad)
@example(before=[1.0], value=NAN)
def test_terminates_anywhere(student, before, value):
    """So does a validation loss, and a loss in float64, float16 or bfloat16; none does that is finite in its dtype"""
    ended(student, [*before, value, 1.0], False)
    ended(student, [*before, value], True, torch.float64)
    ended(student, [1.0, 60000.0, value], True, torch.float16)
    ended(student, [3e38, value], True, torch.bfloat16)
    ended(student, [1e300, -1e300, value], True, torch.float64)


@points(
    1,
    function="TerminateOnNaN",
    hint="run_before tells the learner who comes first.",
    handout="a loss that is nan or infinite ends the fit, before Recorder registers it",
)
@few_examples(8)
@given(
    losses=st.lists(st.sampled_from([1.0, 2.0, 4.0]), min_size=1, max_size=3), value=bad, first=st.booleans()
)
@example(losses=[1.0], value=NAN, first=True)
@example(losses=[2.0, 1.0], value=INF, first=False)
def test_terminates_before_recorder(student, losses, value, first):
    """A fit is over at the batch with the bad loss, cancelled in good order, and Recorder has not registered that"""
    got = student.run("terminate_fit", [*losses, value, 1.0], "before" if first else "after")
    story = f"a fit with training losses {[*losses, value, 1.0]}: "
    due = len(losses) + 1
    require(got["calls"] == due, f"{story}{got['calls']} losses were computed, expected {due}")
    heard = got["heard"]
    require(heard == ["after_cancel_fit", "after_fit"], f"{story}at its end came {heard or 'no event'}")
    average = 0.0
    for loss in losses:
        average = 0.98 * average + 0.02 * loss
    expected = average / (1 - 0.98 ** len(losses))
    require(isinstance(got["smooth"], float), f"{story}in the end smooth_loss is {literal(got['smooth'])}")
    assert_close(got["smooth"], expected, what=f"{story}in the end, smooth_loss", atol=1e-5)


@points(
    1,
    function="TerminateOnNaN",
    band="robust",
    hint="Look at the loss when the batch is over, as Recorder does: others may have changed it.",
    handout="also a loss that another callback has made so",
)
@few_examples(4)
@given(value=bad, event=st.sampled_from(["after_loss", "after_backward", "after_step"]))
@example(value=NAN, event="after_loss")
@example(value=INF, event="after_step")
def test_terminates_on_a_loss_that_was_changed(student, value, event):
    """A loss that another callback makes nan or infinite, later in the batch, ends the fit, too"""
    got = student.run("terminate", [1.0, 2.0], True, torch.float32, [event, value])
    story = f"in batch 0 another callback, which runs later, sets learn.loss = {value} at {event}: CancelFitException "
    require(got["batch"] == 0, f"{story}was {'not raised' if got['batch'] is None else 'raised later'}")


@points(
    1,
    function="TerminateOnNaN",
    band="robust",
    beside="test_terminates",
    hint="What is learn.loss after a batch that was cancelled at before_batch?",
    handout="a batch that has no loss ends nothing",
)
@pytest.mark.parametrize("training", [True, False], ids=["training", "validation"])
def test_a_batch_without_a_loss(student, training):
    """A batch that is cancelled before it has a loss, the first one too, does not end the fit"""
    got = student.run("terminate", [None, 1.0, None], training, torch.float32)
    require(
        got["batch"] is None, "batches 0 and 2 were cancelled before the loss: CancelFitException was raised"
    )


entries = st.integers(-4, 4).map(float)
tensor_ = st.lists(entries, min_size=1, max_size=3).map(torch.tensor)
gradients_ = st.lists(tensor_, min_size=1, max_size=3)
some_missing = st.tuples(st.lists(st.one_of(tensor_, st.none()), max_size=2), tensor_).map(
    lambda drawn: [*drawn[0], drawn[1]]
)

max_norms = st.sampled_from([1.0, 0.5, 3, 0.01, 7.3, 100.0])


@points(
    2,
    function="GradientClip",
    hint="One norm over all gradients together, and one factor for all.",
    handout=(
        "after backward, by the total norm",
        "If the 2-norm of all gradients together, n, is above the limit c, each is multiplied by c / n",
    ),
)
@few_examples(12)
@given(gradients=gradients_, max_norm=max_norms)
@example(gradients=[torch.tensor([3.0, 4.0])], max_norm=1.0)
@example(gradients=[torch.tensor([3.0]), torch.tensor([4.0])], max_norm=1.0)
@example(gradients=[torch.tensor([3.0]), torch.tensor([0.5])], max_norm=1.0)
@example(gradients=[torch.tensor([[1.0, 2.0], [2.0, 4.0]]), torch.tensor([-4.0])], max_norm=0.01)
def test_clips_the_total_norm(student, gradients, max_norm):
    """Gradients whose joint 2-norm is above max_norm are all scaled by one factor, to that norm"""
    check_clip(student, gradients, max_norm)


@points(
    1,
    function="GradientClip",
    beside="test_clips_the_total_norm",
    hint="The factor is at most 1.",
    handout="Gradients with a smaller norm stay as they are.",
)
@few_examples(8)
@given(gradients=gradients_)
@example(gradients=[torch.tensor([0.3, -0.4])])
@example(gradients=[torch.tensor([0.0, 0.0])])
@example(gradients=[torch.tensor([0.0]), torch.tensor([1.0])])
def test_small_gradients_stay(student, gradients):
    """Gradients whose joint norm is below max_norm stay as they are, zeros too"""
    check_clip(student, gradients, 100.0)
    check_clip(student, [g * 1e-3 for g in gradients], 1.0)


@points(
    1,
    function="GradientClip",
    band="robust",
    hint="Not every parameter has a gradient, gradients have any dtype, and a parameter may be shared by two layers.",
    handout="passes over parameters without a gradient, counts shared ones once, and keeps float64",
)
@few_examples(8)
@given(gradients=some_missing, max_norm=max_norms, shared=st.integers(0, 2))
@example(gradients=[None, torch.tensor([3.0, 4.0])], max_norm=1.0, shared=0)
@example(gradients=[torch.tensor([6.0, 8.0]), None, None], max_norm=2.0, shared=0)
@example(gradients=[torch.tensor([3.0, 4.0])], max_norm=1.0, shared=1)
@example(gradients=[torch.tensor([3.0]), torch.tensor([4.0])], max_norm=5.5, shared=1)
def test_clips_any_gradients(student, gradients, max_norm, shared):
    """Parameters without a gradient are passed over, shared ones count once, float64 stays"""
    check_clip(student, gradients, max_norm, times=2, shared=shared)
    check_clip(student, [None if g is None else g.double() for g in gradients], max_norm)
