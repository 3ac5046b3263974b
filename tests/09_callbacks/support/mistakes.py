"""Cases, strategies and checks of test_mistakes.py."""

from hypothesis import example

from grader.suite import require
from grader.suite.training.narration import moments
from grader.suite.training.scripts import act, callback, script

from .common import INNER

BATCH = ["before_batch", "after_pred", "after_loss", "after_backward", "after_step", "after_batch"]
EVENTS = [
    *("before_fit", "before_epoch", "before_train", *BATCH, "after_train", "before_validate"),
    *("after_validate", "after_epoch", "after_fit"),
]
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


def late(event: str, exception: str, mistake: str):
    return script(
        callback(act(mistake, 0, does="raise", value="RuntimeError")),
        callback(act(event, 0, does="raise", value=exception)),
    )
