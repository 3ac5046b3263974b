"""What a fit leaves behind, a second fit of the same learner, and cancellations that come from the model.

A weaker suite lets pass: gradients that stay off after a validation that was broken off, modes and counts that go on in
the second fit, a `try` around the callbacks alone.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.training.narration import as_python, first_difference, moments, narrate
from grader.suite.training.scripts import callback, raises, script, scripts

from .support.common import INNER, at
from .support.course import NOT_OPEN, outside

BATCH = ["before_batch", "after_pred", "after_loss", "after_backward", "after_step", "after_batch"]
EVENTS = [
    *("before_fit", "before_epoch", "before_train", *BATCH, "after_train", "before_validate"),
    *("after_validate", "after_epoch", "after_fit"),
]

CANCELS = {
    "CancelBatchException": ["before_batch", "after_backward"],
    "CancelTrainException": ["before_train", "after_loss"],
    "CancelValidException": ["before_validate"],
    "CancelEpochException": ["before_epoch", "after_step", "before_validate"],
    "CancelFitException": ["before_fit", "before_epoch", "after_pred", "before_validate"],
}

RUN = (
    "from types import SimpleNamespace as Bag\n"
    "dls = Bag(train=train_dl, valid=valid_dl)\n"
    "Learner(dls, model, loss_func, lambda params, lr: opt, 1.0, {callbacks}).fit({epochs})"
)


@points(
    1,
    function="Learner",
    beside="test_the_optimizer",
    hint="`with torch.no_grad():` ends with its block, whatever ends that. What of two calls, on and off?",
    handout="After it gradients are on again, however it ended.",
)
@few_examples(12)
@given(
    s=scripts(
        raises(EVENTS[:-1], ["CancelEpochException", "CancelFitException", "RuntimeError"]).map(callback),
        least_callbacks=1,
        most_callbacks=1,
        least_valid=1,
    )
)
@example(s=script(callback()))
@example(s=at("CancelFitException", "before_validate"))
@example(s=at("CancelEpochException", "before_validate", epochs=2))
@example(s=at("CancelEpochException", "after_batch", 1, epochs=2))
@example(s=at("RuntimeError", "before_validate"))
@example(s=at("RuntimeError", "after_pred", 1))
def test_gradients_are_on_again(student, s):
    """After a fit, however it ended, gradients are on as before, and each epoch begins with gradients on"""
    ((*trace, (_, over)),) = student.run("fit", s, as_python=as_python(s, RUN, EVENTS))
    for what, got in trace:
        if what == "asked" and got["event"] in ("before_epoch", "before_train"):
            at_event = f"{narrate(s)}:\nat {got['event']} of epoch {got['epoch']}"
            require(got["grad"], f"{at_event}, torch.is_grad_enabled() is False, expected True")
    for name, before, after in over["switched"]:
        require(False, f"{narrate(s)}:\nbefore the fit, {name} was {before}, and afterwards it is {after}")


@points(
    1,
    function="Learner",
    band="robust",
    hint="The try of a scope holds all that happens in it, the model's call too.",
    handout="the model may cancel, like a callback",
)
@few_examples(8)
@given(nth=st.integers(0, 3), scope=st.sampled_from(["batch", "train", "epoch", "fit"]))
@example(nth=0, scope="batch")
@example(nth=1, scope="train")
@example(nth=0, scope="epoch")
@example(nth=2, scope="fit")
def test_the_model_may_cancel(student, nth, scope):
    """A Cancel…Exception raised by the model has the same effect as one that a callback raises"""
    exception = f"Cancel{scope.title()}Exception"
    s = script(callback(), epochs=2, train=[1, 1, 1, 1], valid=[1])
    ((*trace, over),) = student.run("fit", s, raising=["the model", nth, exception])
    ((*twin, _),) = student.run(
        "fit", at(exception, "after_pred", nth, epochs=2, train=[1, 1, 1, 1], valid=[1])
    )
    what = f"the model raises {exception} when it is called for training batch {nth}"
    require(over[1]["raised"] is None, f"{what}: the caller of fit got {over[1]['raised']}, expected nothing")
    expected = moments(twin)
    del expected[[k for k, moment in enumerate(expected) if moment == "after_pred"][nth]]
    text = first_difference(moments(trace), expected)
    require(
        not text,
        f"{what}, in a fit of 2 epochs with 4 training batches:\n{text} (as when a callback raises it)",
    )


@points(
    2,
    function="Learner",
    band="robust",
    hint="What of the first fit is left over? Modes, gradients that are off, counts.",
    handout="a second fit runs like a first one, however that ended",
)
@few_examples(8)
@given(
    place=st.sampled_from([(c, e) for c, events in CANCELS.items() for e in events]),
    size=st.tuples(st.integers(1, 2), st.integers(1, 3), st.integers(1, 2)),
)
@example(place=None, size=(2, 2, 1))
@example(place=("CancelFitException", "before_validate"), size=(1, 1, 1))
@example(place=("CancelFitException", "after_pred"), size=(1, 2, 1))
@example(place=("CancelValidException", "before_validate"), size=(1, 1, 1))
@example(place=("CancelEpochException", "before_validate"), size=(1, 1, 1))
def test_a_second_fit(student, place, size):
    """A second fit of the same learner runs like a first one, however that ended"""
    epochs, train, valid = size
    sizes = {"epochs": epochs, "train": [1] * train, "valid": [1] * valid}
    s = at(*place, **sizes) if place else script(callback(), **sizes)
    _, second = student.run("fit", s, fits=2)
    (fresh,) = student.run("fit", script(callback(), **sizes))
    story = f"{narrate(s)}; then fit again:\nin the second fit, "
    text = first_difference(moments(second), moments(fresh))
    require(not text, story + text)
    told_of = [[entry for entry in trace if entry[0] in ("forward", "asked")] for trace in (second, fresh)]
    for (what, got), (_, expected) in zip(*told_of, strict=True):
        for name in ("training", "grad") if what == "forward" else ():
            word = "model.training" if name == "training" else "torch.is_grad_enabled()"
            in_batch = f"when the model was called with batch {expected['batch']}, {word} was"
            require(got[name] == expected[name], f"{story}{in_batch} {got[name]}, expected {expected[name]}")
        if what == "asked" and expected["event"] == "after_pred":
            for name in ("epoch", "n_epoch", "iter", "n_iter", "training"):
                require(
                    got[name] == expected[name],
                    f"{story}at an after_pred, learn.{name} is {got[name]}, expected {expected[name]}",
                )


not_open = st.sampled_from(NOT_OPEN).map(lambda place: at(*place, epochs=2, train=[1, 1], valid=[1, 1]))


@points(
    2,
    function="Learner",
    band="robust",
    hint="Where does the try of a scope end? Its after_ event comes behind that.",
    handout=(
        "a cancellation whose scope is not open reaches the caller",
        "open from their before_ event until just before their after_ event",
    ),
)
@few_examples(10)
@given(s=not_open)
@outside
def test_cancelled_where_its_scope_is_not_open(student, s):
    """A Cancel…Exception raised where its scope is not open, at its own after_ event too, reaches the caller of fit"""
    ((*trace, (_, over)),) = student.run("fit", s, as_python=as_python(s, RUN, EVENTS))
    (act,) = s["callbacks"][0]["acts"]
    story, exception = narrate(s), act["value"]
    require(
        over["raised"] == exception,
        f"{story}:\nthe caller of fit got {over['raised'] or 'no exception'}, expected {exception}",
    )
    place = next(k for k, (_, details) in enumerate(trace) if details.get("raises") == exception)
    # Whether after_fit comes is left open, as are inner after_ events.
    later = [moment for moment in moments(trace[place + 1 :]) if moment not in (*INNER, "after_fit")]
    require(not later, f"{story}:\nafter that came {', '.join(later[:3])}; expected: nothing more")
