"""The course of a fit: which events come in which order, and what each Cancel…Exception skips, at each event.

A weaker suite lets pass: after_batch only in the part that goes well, a cancelled epoch that ends the fit, an
exception caught one scope too far out, after_fit in `finally`, gradients that stay off after a cancelled validation.

The course of a fit that nobody cancels is a list of moments, made of the tables below. Each test cuts out of it what
the contract says is skipped, and compares.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.training.scripts import callback, script, scripts

from .support.common import at
from .support.course import EVENTS, PLACES, SCOPE_OF, check, check_cancelled, everywhere, one, whole_course


@points(
    2,
    function="Learner",
    hint="Write the events down, in order, with what is done between them.",
    handout="fit(n_epoch), as in the picture.",
)
@few_examples(8)
@given(s=scripts(st.just(callback()), least_callbacks=1, most_callbacks=1, least_valid=1))
@example(s=script(callback()))
@example(s=script(callback(), train=[2, 1], valid=[3]))
@example(s=script(callback(), epochs=2, train=[1, 1], valid=[1, 1]))
def test_the_course_of_a_fit(student, s):
    """A fit fires its events in order, with forward, loss, backward, step and zero_grad in their places"""
    check(student, s, whole_course(s))


@points(
    2,
    function="Learner",
    hint="What goes on when a batch is cancelled? after_cancel_batch, after_batch, next batch.",
    handout=(
        "CancelBatchException | the batch | after_cancel_batch, after_batch",
        "the rest of the scope is skipped and its after_cancel_ event fires. Its after_ event comes last",
    ),
)
@few_examples(10)
@given(s=one("CancelBatchException", latest=4))
@everywhere("CancelBatchException")
@example(s=at("CancelBatchException", "before_batch", 1, valid=[1, 1]))
@example(s=at("CancelBatchException", "after_loss", 1, valid=[1, 1]))
def test_cancel_batch(student, s):
    """CancelBatchException skips the rest of the batch; then come after_cancel_batch, after_batch, the next batch"""
    check_cancelled(student, s)


@points(
    2,
    function="Learner",
    hint="Training is cancelled. What of this epoch is left? after_train, and validation.",
    handout=(
        "CancelTrainException | this epoch's training; validation follows | after_cancel_train, after_train",
        "the rest of the scope is skipped and its after_cancel_ event fires. Its after_ event comes last",
    ),
)
@few_examples(10)
@given(s=one("CancelTrainException"))
@everywhere("CancelTrainException")
def test_cancel_train(student, s):
    """CancelTrainException skips this epoch's training; after_cancel_train and after_train follow, then validation"""
    check_cancelled(student, s)


@points(
    2,
    function="Learner",
    hint="Validation is cancelled. What is left? after_validate, after_epoch, the next epoch.",
    handout=(
        "CancelValidException | this epoch's validation | after_cancel_validate, after_validate",
        "the rest of the scope is skipped and its after_cancel_ event fires. Its after_ event comes last",
    ),
)
@few_examples(10)
@given(s=one("CancelValidException"))
@everywhere("CancelValidException")
def test_cancel_validation(student, s):
    """CancelValidException skips the validation; then come after_cancel_validate, after_validate, after_epoch"""
    check_cancelled(student, s)


@points(
    2,
    function="Learner",
    hint="The epoch is cancelled. after_cancel_epoch, after_epoch, and the next one begins.",
    handout=(
        "CancelEpochException | the epoch, its validation as well | after_cancel_epoch, after_epoch",
        "the rest of the scope is skipped and its after_cancel_ event fires. Its after_ event comes last",
    ),
)
@few_examples(10)
@given(s=one("CancelEpochException"))
@everywhere("CancelEpochException")
def test_cancel_epoch(student, s):
    """CancelEpochException skips the rest of the epoch; after_cancel_epoch and after_epoch follow, then the next one"""
    check_cancelled(student, s)


@points(
    2,
    function="Learner",
    hint="The fit is cancelled. What is left of it? after_cancel_fit and after_fit.",
    handout=(
        "CancelFitException | the fit | after_cancel_fit, after_fit",
        "the rest of the scope is skipped and its after_cancel_ event fires. Its after_ event comes last",
    ),
)
@few_examples(10)
@given(s=one("CancelFitException"))
@everywhere("CancelFitException")
def test_cancel_fit(student, s):
    """CancelFitException skips the rest of the fit, and after_cancel_fit and after_fit follow"""
    check_cancelled(student, s)


@points(
    1,
    function="Recorder",
    band="robust",
    hint="What has a callback that never heard of this epoch, or fit, to go by?",
    handout="its after_ events don't fail if an earlier callback cancelled at the before_ event",
)
@few_examples(10)
@given(s=st.one_of(*map(one, SCOPE_OF)))
@example(s=at("CancelFitException", "before_fit"))
@example(s=at("CancelEpochException", "before_epoch"))
@example(s=at("CancelEpochException", "before_epoch", 1, epochs=2))
@example(s=at("CancelTrainException", "before_train"))
@example(s=at("CancelValidException", "before_validate"))
@example(s=at("CancelBatchException", "before_batch"))
def test_cancelled_before_recorder_hears_of_it(student, s):
    """A callback may cancel a scope before Recorder hears of it: its after_ events do not fail"""
    check_cancelled(student, s, first=True)


@points(
    1,
    function="Learner",
    hint="Compare what you fire, and where, with the names that event has. They are given.",
    handout="the events' names, as attributes; the learner fires these 19, by these names",
)
def test_the_names_of_events(student):
    """The learner fires the 19 events that `event` has as attributes, under these names"""
    cancels = [at(exception, places[0]) for exception, places in PLACES.items()]
    got = student.run("fired", [script(callback()), *cancels])
    missing = [name for name in EVENTS if name not in got["listed"]]
    require(not missing, f"event, which is given, has no attribute {', '.join(missing)} any more")
    missing = [name for name in EVENTS if name not in got["heard"]]
    text = "in fits, of which each of the Cancel…Exceptions cancelled one, nobody heard of "
    require(not missing, text + ", ".join(missing))
