"""The course of a fit: which events come in which order, and what each true answer, stop and exception skips.

A weaker suite lets pass: `is True` in place of truth, a cancelled batch without its after_batch, a stop that ends the
epoch or is never cleared, after_step that skips the step, a return where one epoch's half should end, after_fit
outside of `finally`.

The course without callbacks that interfere is a list of moments, made of the tables below. Each test cuts out of it
what the contract says is skipped, and compares.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.training.narration import moments, narrate
from grader.suite.training.scripts import (
    TRUTHY,
    act,
    answers,
    callback,
    callbacks,
    raises,
    script,
    scripts,
    stops,
)

from .support.cancelling import (
    EVENTS,
    GOES_ON_AT,
    TRAINING,
    check,
    check_cancelled,
    check_end,
    next_of,
    one_act,
    place,
    require_course,
    run,
    whole_course,
)

IN_BATCH = [m for m in EVENTS if m in TRAINING]
quiet = scripts(callbacks(st.nothing(), most_acts=0), least_callbacks=1, most_callbacks=1)


@points(
    3,
    function="Runner",
    hint="Write the events down, in order, with what is done between them.",
    handout=(
        (
            "begin_fit … begin_epoch … begin_batch, after_pred, after_loss, after_backward, "
            "after_step, after_batch … begin_validate … begin_batch, after_pred, after_loss, "
            "after_batch … after_epoch … after_fit"
        ),
        (
            "The learner is any object with model, opt, loss_func and data; the data any object "
            "with train_dl and valid_dl"
        ),
    ),
    stub="Forward and loss and, in training, backward, step and zero_grad",
)
@few_examples(8)
@given(s=quiet)
@example(s=script(callback()))
@example(s=script(callback(), train=[2, 1], valid=[3]))
@example(s=script(callback(), epochs=2, train=[1, 1], valid=[1, 1]))
@example(s=script(callback(), valid=[]))
def test_the_course_of_a_fit(student, s):
    """A fit fires its events in order, with forward, loss, backward, step and zero_grad in their places"""
    check(student, s, whole_course(s))


@points(
    2,
    function="Runner",
    hint="What does a true answer at begin_batch or after_pred leave of the batch? after_batch.",
    handout=(
        "begin_batch, after_pred | the rest of this batch",
        ("after_batch follows every batch that ends without an exception, cancelled or not"),
    ),
)
@given(s=one_act(answers(["begin_batch", "after_pred"], latest=5)))
@example(s=script(callback(act("begin_batch")), train=[1, 1]))
@example(s=script(callback(act("begin_batch", 1))))
@example(s=script(callback(act("after_pred")), train=[1, 1]))
@example(s=script(callback(act("after_pred", 1)), valid=[1, 1]))
def test_cancel_the_batch(student, s):
    """A true answer at begin_batch or after_pred skips the rest of that batch, in training and in validation"""
    check_cancelled(student, s)


@points(
    3,
    function="Runner",
    hint="Each of the three skips what comes after it, up to after_batch. No more, no less.",
    handout=(
        "after_loss | backward, step and zero_grad",
        "after_backward | step and zero_grad",
        "after_step | zero_grad",
    ),
)
@given(s=one_act(answers(["after_loss", "after_backward", "after_step"], latest=3)))
@example(s=script(callback(act("after_loss")), train=[1, 1]))
@example(s=script(callback(act("after_loss", 1))))
@example(s=script(callback(act("after_backward")), train=[1, 1]))
@example(s=script(callback(act("after_step")), train=[1, 1]))
def test_cancel_backward_step_zero_grad(student, s):
    """A true answer at after_loss skips backward, step, zero_grad; at after_backward the last two; at after_step one"""
    check_cancelled(student, s)


@points(
    2,
    function="Runner",
    hint="One half of this epoch is skipped. The other half, and the next epoch, come as always.",
    handout=(
        "begin_epoch | the training half of this epoch",
        "begin_validate | the validation half of this epoch",
    ),
)
@given(s=one_act(answers(["begin_epoch", "begin_validate"], latest=1)))
@example(s=script(callback(act("begin_epoch")), epochs=2))
@example(s=script(callback(act("begin_validate")), epochs=2))
@example(s=script(callback(act("begin_epoch", 1)), epochs=2))
def test_cancel_half_an_epoch(student, s):
    """A true answer at begin_epoch skips this epoch's training, at begin_validate its validation"""
    check_cancelled(student, s)


@points(
    1,
    function="Runner",
    hint="What is left of the fit? after_fit, always.",
    handout=(
        "begin_fit | the fit, up to after_fit",
        "after_epoch | the epochs that are left",
    ),
)
@given(s=one_act(answers(["begin_fit", "after_epoch"], latest=1)))
@example(s=script(callback(act("begin_fit"))))
@example(s=script(callback(act("after_epoch")), epochs=2))
def test_cancel_the_fit(student, s):
    """A true answer at begin_fit or after_epoch ends the fit, with after_fit"""
    check_cancelled(student, s)


@points(
    1,
    function="Runner",
    hint="`if answer:`, and neither `is True` nor `is not None`.",
    handout="An answer that is true for if cancels.",
)
@given(event=st.sampled_from(list(GOES_ON_AT)), value=st.sampled_from([*TRUTHY, [0], None, False, 0, "", []]))
@example(event="begin_batch", value=1)
@example(event="after_loss", value="yes")
@example(event="begin_epoch", value=[0])
@example(event="after_backward", value=0)
@example(event="begin_validate", value="")
@example(event="after_epoch", value=False)
def test_true_is_what_is_true_for_if(student, event, value):
    """1, "yes" and [0] cancel like True; 0, "", [] and False let everything go on like None"""
    s = script(callback(act(event, value=value)), epochs=2, train=[1, 1])
    if value:
        check_cancelled(student, s)
    else:
        check(student, s, whole_course(s))


@points(
    2,
    function="Runner",
    hint="When is stop looked at, when is it cleared, and by whom?",
    handout="A callback that sets runner.stop = True during a batch, at after_batch at the "
    "latest, ends the current loop over batches once this batch is through. The runner "
    "then sets it to False again: validation and the next epoch follow as always.",
)
@given(s=one_act(stops([*IN_BATCH], latest=5)))
@example(s=script(callback(act("begin_batch", does="stop")), train=[1, 1, 1]))
@example(s=script(callback(act("after_batch", does="stop")), train=[1, 1, 1]))
@example(s=script(callback(act("after_batch", 1, does="stop")), train=[1, 1], epochs=2))
@example(s=script(callback(act("after_batch", 0, does="stop")), train=[1], valid=[1, 1]))
@example(s=script(callback(act("after_loss", 1, does="stop")), valid=[1, 1], epochs=2))
@example(s=script(callback(act("after_loss", 1, does="stop")), valid=[1, 1]))
@example(s=script(callback(act("begin_batch", 3, does="stop")), train=[1, 1], valid=[1, 1], epochs=2))
def test_stop(student, s):
    """runner.stop = True ends the current loop when this batch is through; then everything goes on as always"""
    course, (a,) = whole_course(s), s["callbacks"][0]["acts"]
    k = place(course, a["event"], a["nth"])
    if k is not None:
        through = next_of(course, k, "after_batch") + 1
        course[through:] = course[next_of(course, through, "begin_validate", "after_epoch") :]
    check(student, s, course)


@points(
    2,
    function="Runner",
    hint="try … finally, without except.",
    handout="after_fit ends every fit: also one that was cancelled, and one that an exception "
    "ends, which then reaches the caller",
)
@given(s=one_act(raises([e for e in EVENTS if e != "after_fit"], latest=1)))
@example(s=script(callback(act("begin_fit", does="raise", value="RuntimeError"))))
@example(s=script(callback(act("begin_epoch", 1, does="raise", value="RuntimeError")), epochs=2))
@example(s=script(callback(act("after_backward", does="raise", value="RuntimeError"))))
@example(s=script(callback(act("after_loss", 1, does="raise", value="KeyboardInterrupt"))))
@example(s=script(callback(act("after_loss", does="raise", value="AttributeError"))))
def test_exceptions(student, s):
    """A callback's exception ends the fit, with after_fit, and reaches the caller"""
    course, (a,) = whole_course(s), s["callbacks"][0]["acts"]
    k = place(course, a["event"], a["nth"])
    if k is None:
        check(student, s, course)
        return
    trace, over = run(student, s)
    *got, last = moments(trace) or [""]
    if got[-1:] == ["after_batch"] and a["event"] != "after_batch":
        got.pop()  # whether it comes is left open
    expected = [*course[: k + 1], "after_fit"]
    require_course(s, [*got, last], expected)
    check_end(s, over, raised=a["value"])


@points(
    1,
    function="Runner",
    beside="test_the_course_of_a_fit",
    hint="Where is the end of every fit? `finally`.",
    handout="After it the runner lets go of the learner: runner.learn is None, or gone",
)
@few_examples(6)
@given(s=one_act(st.one_of(answers(["begin_fit", "after_epoch"], latest=0), raises(EVENTS[:-1], latest=0))))
@example(s=script(callback()))
@example(s=script(callback(act("begin_fit"))))
@example(s=script(callback(act("after_loss", does="raise", value="RuntimeError"))))
def test_the_learner_is_let_go(student, s):
    """After a fit, however it ended, runner.learn is None, or gone"""
    _, over = run(student, s)
    require(over["gone"], f"{narrate(s)}:\nafter the fit, runner.learn is still there, expected None")
