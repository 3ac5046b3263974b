"""Exceptions that are no cancellation: wherever one comes from, whoever called fit gets it.

A weaker suite lets pass: `except Exception`, `except StopIteration` around more than the loader, after_fit in a
`finally`, an exception that is swallowed in validation, or replaced by a cancellation in an after_ event.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.training.narration import as_python, moments, narrate
from grader.suite.training.scripts import act, callback, raises, script, scripts

BATCH = ["before_batch", "after_pred", "after_loss", "after_backward", "after_step", "after_batch"]
EVENTS = [
    *("before_fit", "before_epoch", "before_train", *BATCH, "after_train", "before_validate"),
    *("after_validate", "after_epoch", "after_fit"),
]
INNER = ("after_batch", "after_train", "after_validate", "after_epoch")
# To some loops and generators these mean something; to this one, all are mistakes.
EXCEPTIONS = [
    *("RuntimeError", "AttributeError", "StopIteration", "KeyError", "IndexError", "TypeError"),
    *("NotImplementedError", "StopAsyncIteration", "AssertionError", "KeyboardInterrupt"),
]
# Where an after_cancel_ event comes from: the first event that is in the scope, and its exception.
CANCELLED = {
    "after_cancel_batch": ("before_batch", "CancelBatchException"),
    "after_cancel_train": ("before_train", "CancelTrainException"),
    "after_cancel_validate": ("before_validate", "CancelValidException"),
    "after_cancel_epoch": ("before_epoch", "CancelEpochException"),
    "after_cancel_fit": ("before_fit", "CancelFitException"),
}
PARTS = ["the model", "the loss function", "dls.train", "dls.valid", "opt.step", "opt.zero_grad", "a metric"]
RUN = (
    "from types import SimpleNamespace as Bag\n"
    "dls = Bag(train=train_dl, valid=valid_dl)\n"
    "Learner(dls, model, loss_func, lambda params, lr: opt, 1.0, {callbacks}).fit({epochs})"
)


def at(exception: str, event: str, nth: int = 0, **options):
    return script(callback(act(event, nth, does="raise", value=exception)), **options)


def check_mistake(trace: list, story: str, cancels: bool) -> None:
    """Who called fit got the exception that was no cancellation, and no outer event came after it."""
    *trace, (_, over) = trace
    wrong = [d["raises"] for _, d in trace if d.get("raises") and not d["raises"].startswith("Cancel")]
    if not wrong:
        return  # a cancellation came before
    raised = over["raised"]
    text = f"{story}:\nthe caller of fit got {raised or 'no exception'}, expected {wrong[0]}"
    require(raised == wrong[0], text)
    place = next(k for k, (_, d) in enumerate(trace) if d.get("raises") == wrong[0])
    # An inner after_ event may still come, and a callback may cancel something in it.
    allowed = (*INNER, *CANCELLED) if cancels else INNER
    later = [moment for moment in moments(trace[place + 1 :]) if moment not in allowed]
    require(not later, f"{story}:\nafter that came {', '.join(later[:3])}; expected: nothing more")


def everywhere(test):
    """Explicit examples: a mistake at each of the events."""
    for k, event in enumerate([*EVENTS, *CANCELLED]):
        cancel = CANCELLED.get(event)
        acts = [act(event, 0, does="raise", value=EXCEPTIONS[k % 3])]
        acts += [act(cancel[0], 0, does="raise", value=cancel[1])] if cancel else []
        test = example(s=script(callback(*acts)))(test)
    return test


mistakes = raises([*EVENTS, *CANCELLED], EXCEPTIONS)


@points(
    2,
    function="Learner",
    hint="Catch the Cancel…Exception of the scope, nothing else. And is after_fit in a finally?",
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
    hint="Is there a `finally`, an `except StopIteration`, an `except Exception` on the way out?",
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


def late(event: str, exception: str, mistake: str):
    return script(
        callback(act(mistake, 0, does="raise", value="RuntimeError")),
        callback(act(event, 0, does="raise", value=exception)),
    )


@points(
    1,
    function="Learner",
    band="robust",
    hint="An after_ event in a `finally` comes also after a mistake. What if a callback cancels there?",
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
