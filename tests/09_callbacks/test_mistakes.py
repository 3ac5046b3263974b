"""Exceptions that are no cancellation: wherever one comes from, whoever called fit gets it.

A weaker suite lets pass: `except Exception`, `except StopIteration` around more than the loader, after_fit in a
`finally`, an exception that is swallowed in validation, or replaced by a cancellation in an after_ event.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points
from grader.suite.training.narration import as_python, narrate
from grader.suite.training.scripts import act, callback, raises, script, scripts

from .support.common import at
from .support.mistakes import CANCELLED, EVENTS, EXCEPTIONS, check_mistake, everywhere, late

PARTS = ["the model", "the loss function", "dls.train", "dls.valid", "opt.step", "opt.zero_grad", "a metric"]
RUN = (
    "from types import SimpleNamespace as Bag\n"
    "dls = Bag(train=train_dl, valid=valid_dl)\n"
    "Learner(dls, model, loss_func, lambda params, lr: opt, 1.0, {callbacks}).fit({epochs})"
)

mistakes = raises([*EVENTS, *CANCELLED], EXCEPTIONS)


@points(
    2,
    function="Learner",
    beside="test_the_optimizer",
    hint="Catch the Cancel…Exception of the scope, nothing else. And is after_fit in a finally?",
    handout="Any other exception goes on to the caller of fit. Then after_fit does not come",
)
@few_examples(12)
@given(s=scripts(mistakes.map(callback), least_callbacks=1, most_callbacks=1, least_valid=1))
@everywhere
@example(s=at("RuntimeError", "before_epoch", 1, epochs=2))
@example(s=at("KeyboardInterrupt", "after_loss", 1))
def test_other_exceptions(student, s):
    """Any other exception of a callback ends everything at once, reaches the caller, and no after_fit follows"""
    (trace,) = student.run("fit", s, as_python=as_python(s, RUN, EVENTS))
    check_mistake(trace, narrate(s), cancels=False)


@points(
    1,
    function="Learner",
    beside="test_the_optimizer",
    hint="Is there a `finally`, an `except StopIteration`, an `except Exception` on the way out?",
    handout="Any other exception goes on to the caller of fit. Then after_fit does not come",
)
@few_examples(12)
@given(
    part=st.sampled_from(PARTS),
    nth=st.integers(0, 2),
    exception=st.sampled_from(EXCEPTIONS),
    size=st.tuples(st.integers(1, 2), st.integers(1, 3), st.integers(1, 2)),
)
@example(part="the model", nth=0, exception="StopIteration", size=(1, 2, 1))
@example(part="the loss function", nth=0, exception="StopIteration", size=(1, 2, 1))
@example(part="dls.train", nth=0, exception="RuntimeError", size=(1, 1, 1))
@example(part="dls.valid", nth=0, exception="KeyError", size=(1, 1, 1))
@example(part="opt.step", nth=0, exception="StopIteration", size=(1, 1, 1))
@example(part="opt.zero_grad", nth=1, exception="IndexError", size=(1, 2, 1))
@example(part="a metric", nth=0, exception="TypeError", size=(1, 1, 1))
def test_exceptions_of_other_parts(student, part, nth, exception, size):
    """So does an exception of the model, the loss function, a loader, the optimizer, or a metric"""
    if part.startswith("dls") and exception.startswith("Stop"):
        exception = "RuntimeError"  # by a StopIteration, a loader says that it is through
    epochs, train, valid = size
    s = script(callback(), epochs=epochs, train=[1] * train, valid=[1] * valid)
    (trace,) = student.run("fit", s, raising=[part, nth, exception])
    story = f"{part} raises {exception} when its turn comes for time {nth}, counted from 0; {narrate(s)}"
    check_mistake(trace, story, cancels=False)


late_cancels = st.builds(
    lambda place, nth: act(place[0], nth, does="raise", value=place[1]),
    st.sampled_from(
        [
            ("after_batch", "CancelFitException"),
            ("after_batch", "CancelEpochException"),
            ("after_batch", "CancelTrainException"),
            ("after_batch", "CancelValidException"),
            ("after_train", "CancelFitException"),
            ("after_train", "CancelEpochException"),
            ("after_validate", "CancelFitException"),
            ("after_validate", "CancelEpochException"),
            ("after_epoch", "CancelFitException"),
            ("after_cancel_batch", "CancelFitException"),
            ("after_cancel_epoch", "CancelFitException"),
        ]
    ),
    st.integers(0, 1),
)


@points(
    1,
    function="Learner",
    band="robust",
    beside="test_the_optimizer",
    hint="An after_ event in a `finally` comes also after a mistake. What if a callback cancels there?",
    handout="a cancellation in an after_ event doesn't cover up a mistake",
)
@few_examples(12)
@given(
    s=st.builds(
        lambda mistake, cancels, epochs, train, valid: script(
            callback(mistake), callback(*cancels), epochs=epochs, train=[1] * train, valid=[1] * valid
        ),
        mistakes,
        st.lists(late_cancels, min_size=1, max_size=2),
        st.integers(1, 2),
        st.integers(1, 2),
        st.integers(1, 2),
    )
)
@example(s=late("after_batch", "CancelFitException", "after_loss"))
@example(s=late("after_batch", "CancelTrainException", "after_pred"))
@example(s=late("after_train", "CancelEpochException", "before_train"))
@example(s=late("after_validate", "CancelFitException", "before_validate"))
@example(s=late("after_epoch", "CancelFitException", "before_epoch"))
@example(s=late("after_epoch", "CancelFitException", "after_train"))
def test_no_cancellation_covers_up_a_mistake(student, s):
    """An exception reaches the caller also where another callback cancels something in the after_ events"""
    (trace,) = student.run("fit", s, as_python=as_python(s, RUN, EVENTS))
    check_mistake(trace, narrate(s), cancels=True)
