"""MixedPrecision: where autocast is on, and how float16's loss is scaled and the gradients unscaled.

A weaker suite lets pass: autocast that is never left, weights cast to 16 bits, gradients that reach the step scaled, a
step with infinite gradients, a scale that is never halved or never doubled. Nothing here needs a GPU; with
--device cuda, the last test asks the same of one.
"""

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points

from .support.mixed_precision import check_autocast, check_scaled


@points(
    2,
    function="MixedPrecision",
    band="stretch",
    hint="Enter autocast before the model is called, leave it after the loss.",
    handout="autocast, and loss scaling for float16",
    stub="Runs model and loss under autocast",
)
@few_examples(3)
@given(dtype=st.sampled_from([None, torch.bfloat16]))
@example(dtype=None)
@example(dtype=torch.bfloat16)
def test_autocast(student, dtype):
    """Model and loss run under autocast, in bfloat16 on a CPU; elsewhere it is off, and weights stay float32"""
    story = f"MixedPrecision({'' if dtype is None else dtype}) on a CPU: "
    check_autocast(student.run("autocast", dtype, None, "cpu"), torch.bfloat16, story)


BROKEN_OFF = ("CancelBatchException", "CancelFitException")


@points(
    1,
    function="MixedPrecision",
    band="stretch",
    beside="test_autocast",
    hint="When a batch is broken off, which event is the next one that is sure to come?",
    stub="Runs model and loss under autocast",
    handout="autocast, and loss scaling for float16",
)
@few_examples(5)
@given(
    event=st.sampled_from(["before_batch", "after_pred", "after_loss", "after_backward"]),
    exception=st.sampled_from(BROKEN_OFF),
)
@example(event="after_pred", exception="CancelBatchException")
@example(event="after_loss", exception="CancelBatchException")
@example(event="after_pred", exception="CancelFitException")
def test_autocast_of_cancelled_batches(student, event, exception):
    """Autocast is left also when a batch or the fit is cancelled"""
    got = student.run("autocast", torch.bfloat16, [event, exception], "cpu")
    story = f"MixedPrecision(torch.bfloat16), {exception} is raised at {event} of the first batch: "
    check_autocast(got, torch.bfloat16, story, 0)


scales = st.sampled_from([1024.0, 2.0**16, 8.0])


@points(
    2,
    function="MixedPrecision",
    band="stretch",
    hint="loss · scale before backward, gradients / scale before the step.",
    handout="the loss is multiplied by a large factor before backward, and the gradients are divided by it",
)
@few_examples(6)
@given(batches=st.integers(1, 4), scale=scales)
@example(batches=2, scale=1024.0)
def test_scaling(student, batches, scale):
    """With float16, the loss that goes into backward is scaled, and the gradients of each step are not"""
    check_scaled(student, [], batches, scale, 2000)


@points(
    3,
    function="MixedPrecision",
    band="stretch",
    hint="Are all gradients finite? If not: no step, gradients zeroed, half the scale.",
    handout="leave the step out, clear the gradients and halve the factor",
    stub="so many good steps in a row double the factor.",
)
@few_examples(8)
@given(infinite=st.lists(st.integers(0, 4), max_size=3, unique=True), scale=scales, growth=st.integers(2, 4))
@example(infinite=[0], scale=1024.0, growth=2000)
@example(infinite=[1, 2], scale=1024.0, growth=2000)
@example(infinite=[], scale=8.0, growth=2)
@example(infinite=[1], scale=8.0, growth=2)
def test_infinite_gradients(student, infinite, scale, growth):
    """Infinite gradients: the step is left out and the factor halved; it doubles after `growth` good steps in a row"""
    check_scaled(student, infinite, 5, scale, growth)


@pytest.mark.gpu
@points(
    1,
    function="MixedPrecision",
    band="stretch",
    hint="On a GPU, autocast is to be that of the model's device, and its dtype is float16.",
    stub="None: float16 on a GPU, bfloat16 elsewhere",
)
def test_on_a_gpu(student):
    """The same on a GPU, where float16 is what MixedPrecision() chooses"""
    if student.device != "cuda":
        pytest.skip("autocast on a GPU is for --device cuda")
    check_autocast(student.run("autocast", None, None, "cuda"), torch.float16, "MixedPrecision() on a GPU: ")
    check_scaled(student, [1], 4, 1024.0, 2000, "cuda")
