"""fit, with a handler that stands in for the student's and answers by a script.

Judged is what fit itself asks, which data it draws from in between, and where gradients are switched off; what becomes
of each batch is for the tests of one_batch and all_batches. Both halves count as soon as a batch was drawn.

A weaker suite lets pass: after_fit in every epoch, a skipped epoch that is validated or ends the fit, after_epoch not
asked when there was no validation, gradients that stay off after the first validation, `finally` without the answer
to begin_fit, after_fit twice when something is raised, `except` that keeps the exception.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.training.scripts import EXCEPTIONS, act, callback, raises, script, scripts

from .support.common import ANY_NO
from .support.fit import (
    ASKED,
    GOES_ON_AT,
    VALIDATES,
    check,
    check_fit,
    check_gradients,
    code,
    course,
    cut,
    one_answer,
    story,
    words,
)

LANDMARKS = [*ASKED, "begin_batch", "after_loss", "after_backward", "after_step"]
quiet = scripts(st.just(callback()), least_callbacks=1, most_callbacks=1, most_epochs=3)


@points(
    3,
    function="fit",
    hint="Follow the picture in the handout, line by line.",
    handout="cb.begin_fit(learn) … for epoch 0, 1, 2, …: cb.begin_epoch(epoch) … for each "
    "training batch: … cb.begin_validate() … for each validation batch … cb.after_epoch() "
    "… cb.after_fit()",
)
@few_examples(10)
@given(s=quiet)
@example(s=script(callback()))
@example(s=script(callback(), epochs=2, train=[2, 1], valid=[1, 2]))
@example(s=script(callback(), epochs=2, valid=[]))
def test_the_course_of_a_fit(student, s):
    """begin_fit, then begin_epoch, training, begin_validate, validation, after_epoch for each epoch; one after_fit"""
    epochs = 0
    for what, details in check_fit(student, s, course(s)):
        if what == "asked" and details["event"] == "begin_fit":
            require(
                details["given"], f"{story(s)}:\nbegin_fit has to be given the learner that fit was given"
            )
        if what == "asked" and details["event"] == "begin_epoch":
            came = details["given"]
            require(came == epochs, f"{story(s)}:\nbegin_epoch was given {came!r}, expected {epochs}")
            epochs += 1


@points(
    2,
    function="fit",
    hint="This epoch is skipped, with its validation and its end. The next one comes as always.",
    handout="cb.begin_epoch(epoch) no: on to the next epoch, without validation and after_epoch",
)
@few_examples(12)
@given(s=one_answer(["begin_epoch"], 2))
@example(s=script(callback(act("begin_epoch", value=False)), epochs=2))
@example(s=script(callback(act("begin_epoch", 1, value=None)), epochs=2))
def test_a_skipped_epoch(student, s):
    """A no at begin_epoch skips the whole of that epoch"""
    check_fit(student, s, cut(s))


@points(
    2,
    function="fit",
    hint="One of the two skips, one of them ends.",
    handout=(
        "cb.begin_validate() no: no validation",
        "cb.after_epoch() no: this was the last epoch",
    ),
)
@few_examples(12)
@given(s=one_answer(["begin_validate", "after_epoch"], 2))
@example(s=script(callback(act("begin_validate", value=False))))
@example(s=script(callback(act("after_epoch", value=False)), epochs=2))
@example(s=script(callback(act("after_epoch", 1, value=None)), epochs=3))
def test_no_validation_and_no_more_epochs(student, s):
    """A no at begin_validate skips that validation; a no at after_epoch ends the fit"""
    refused = s["callbacks"][0]["acts"][0]["event"] == "begin_validate"
    check_fit(student, s, cut(s), unjudged=["after_epoch"] if refused else [])


@points(
    1,
    function="fit",
    band="robust",
    hint="The question whether this was the last epoch stands beside the validation, not within it.",
    handout="After a no at begin_validate, after_epoch is asked all the same, and its answer counts",
)
def test_an_epoch_without_validation_has_an_end(student):
    """A no at begin_validate skips that validation only: after_epoch is asked, and a no ends the fit"""
    s = script(callback(act("begin_validate", value=False)), epochs=2)
    check_fit(student, s, cut(s))
    s = script(callback(act("begin_validate", value=False), act("after_epoch", value=False)), epochs=2)
    check_fit(student, s, [word for word in course({**s, "epochs": 1}) if word != VALIDATES])


@points(
    1,
    function="fit",
    hint="What does the handler's answer at begin_fit decide over?",
    handout="cb.begin_fit(learn) no: no training at all",
)
@few_examples(6)
@given(s=one_answer(["begin_fit"], 0))
@example(s=script(callback(act("begin_fit", value=False))))
def test_a_refused_fit(student, s):
    """After a no at begin_fit there is no epoch"""
    check_fit(student, s, cut(s), unjudged=["after_fit"])


@points(
    2,
    function="fit",
    beside="test_the_course_of_a_fit",
    hint="`with torch.no_grad():` around the validation. And after it?",
    handout="for each validation batch, without gradients",
)
@few_examples(8)
@given(s=quiet)
@example(s=script(callback()))
@example(s=script(callback(), epochs=2))
def test_gradients_are_for_training(student, s):
    """The model is called with gradients in training and without them in validation, in every epoch"""
    (trace,) = student.run("fit", s, as_python=code(s))
    check_gradients(s, trace)


@points(
    2,
    function="fit",
    band="robust",
    hint="try … finally, around all of it.",
    handout="it is called at the end of every fit … after a no at begin_fit",
)
@few_examples(12)
@given(s=one_answer(list(GOES_ON_AT), 1, ANY_NO))
@example(s=script(callback(act("begin_fit", value=False))))
@example(s=script(callback(act("after_epoch", value=False)), epochs=2))
@example(s=script(callback(act("after_fit", value=False)), epochs=2))
def test_after_fit_whatever_was_refused(student, s):
    """after_fit comes once, at the end, also after a no at begin_fit"""
    event = s["callbacks"][0]["acts"][0]["event"]
    check_fit(student, s, course(s) if event == "after_fit" else cut(s))


done = raises(["draw", "forward", "loss", "step"], ["RuntimeError", "ValueError", "IndexError"], latest=2)
failing = st.one_of(raises([e for e in LANDMARKS if e != "after_fit"], EXCEPTIONS, latest=1), done)


@points(
    2,
    function="fit",
    band="robust",
    hint="try … finally, without except, around all of it.",
    handout=(
        "it is called at the end of every fit … and after an exception in the fit",
        "Nothing catches an exception: it reaches the caller. Then gradients are switched on again, "
        "also when it was you who interrupted the kernel.",
    ),
)
@given(a=failing, epochs=st.integers(1, 2))
@example(a=act("after_backward", does="raise", value="RuntimeError"), epochs=1)
@example(a=act("begin_fit", does="raise", value="RuntimeError"), epochs=1)
@example(a=act("begin_epoch", 1, does="raise", value="AttributeError"), epochs=2)
@example(a=act("begin_validate", does="raise", value="KeyboardInterrupt"), epochs=1)
@example(a=act("after_epoch", does="raise", value="RuntimeError"), epochs=2)
@example(a=act("forward", 1, does="raise", value="ValueError"), epochs=1)
@example(a=act("begin_batch", 1, does="raise", value="KeyboardInterrupt"), epochs=1)
@example(a=act("loss", 1, does="raise", value="KeyboardInterrupt"), epochs=1)
@example(a=act("draw", does="raise", value="IndexError"), epochs=2)
def test_after_fit_after_an_exception(student, a, epochs):
    """An exception reaches the caller, after one after_fit; gradients are on again"""
    ours = a["event"] in LANDMARKS
    s = script(callback(a) if ours else callback(), epochs=epochs)
    (trace,) = student.run("fit", s, False, [] if ours else [a], as_python=code(s) if ours else None)
    at = story(s) if ours else f"fit, in which {a['event']} raises {a['value']} at time {a['nth']}"
    noted = [details.get("event", what) for what, details in trace]
    happens = noted.count(a["event"]) > a["nth"]
    over, due = trace[-1][1], a["value"] if happens else None
    require(
        over["raised"] == due, f"{at}:\nthe caller got {over['raised'] or 'no exception'}, expected {due}"
    )
    times = noted.count("after_fit")
    require(times == 1, f"{at}:\nafter_fit came {times} times, expected once")
    if happens and over["raised"]:
        came = [what for what in noted[:-1] if what != "mode"][-1]
        require(came == "after_fit", f"{at}:\nthe last that came was {came}, expected after_fit")
    require(over["grad"], f"{at}:\nafterwards gradients are still off: torch.is_grad_enabled() is False")


@points(
    1,
    function="fit",
    band="robust",
    hint="`if cb.begin_epoch(epoch):`, and neither `is True` nor `is False`.",
    handout="Answers count as they do in if: … of any handler that fit is given",
)
def test_any_true_answer_for_fit(student):
    """Of the handler's answers, 1, "yes" and [0] are a yes, 0, "" and [] are a no"""
    for event, (yes, no) in zip(GOES_ON_AT, [(1, 0), ("yes", ""), ([0], []), (1, "")], strict=True):
        s = script(callback(act(event, value=no)), epochs=2)
        (trace,) = student.run("fit", s, False, None, yes, as_python=code(s, yes))
        got, due = ([word for word in some if word != "after_fit"] for some in (words(s, trace), cut(s)))
        check(s, got, due, f", and {yes!r} at all other moments")
