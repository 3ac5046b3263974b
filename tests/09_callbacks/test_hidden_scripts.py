"""Random scripts of several callbacks that cancel several things, compared with the answer key."""

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import assert_close, deepens, few_examples, require
from grader.suite.training.narration import as_python, first_difference, moments, narrate
from grader.suite.training.scripts import callbacks, raises, scripts

MIDWAY = ["before_batch", "after_pred", "after_loss", "after_backward", "after_step"]
TRAINING = ["before_train", *MIDWAY]
PLACES = {
    "CancelBatchException": MIDWAY,
    "CancelTrainException": ["before_train"],
    "CancelValidException": ["before_validate"],
    "CancelEpochException": ["before_epoch", *TRAINING, "before_validate"],
    "CancelFitException": ["before_fit", "before_epoch", *TRAINING, "before_validate"],
}
EVENTS = [
    *("before_fit", "before_epoch", *TRAINING, "after_cancel_batch", "after_batch", "after_cancel_train"),
    *(
        "after_train",
        "before_validate",
        "after_cancel_validate",
        "after_validate",
        "after_cancel_epoch",
        "after_epoch",
    ),
    *("after_cancel_fit", "after_fit"),
]
INNER = ("after_batch", "after_train", "after_validate", "after_epoch")
RUN = (
    "from types import SimpleNamespace as Bag\n"
    "dls = Bag(train=train_dl, valid=valid_dl)\n"
    "Learner(dls, model, loss_func, lambda params, lr: opt, 1.0, {callbacks}).fit({epochs})"
)


def cancels(names: list[str], latest: int = 2):
    return st.one_of(*(raises(PLACES[name], [name], latest=latest) for name in names))


def judged(trace: list) -> list[str]:
    """Moments without the inner after_ events that follow an outer cancellation, which may or may not come.

    They are what lies between the moment that raised and the after_cancel_ event.
    """
    kept: list[str] = []
    raised = False
    for what, details in trace:
        word = moments([[what, details]], by_name=True)
        if not word:
            continue
        event = details.get("event", "")
        if raised and event in INNER:
            continue
        raised = bool(details.get("raises")) or (raised and not event.startswith("after_cancel"))
        kept += word
    return kept


def check(student, reference, s, fits: int = 1) -> None:
    told_as = as_python(s, RUN, EVENTS) if fits == 1 else None
    both = (student.run("fit", s, fits=fits, as_python=told_as), reference.run("fit", s, fits=fits))
    for number, (got, due) in enumerate(zip(*both, strict=True)):
        at = narrate(s) + (f", in fit {number + 1} of one learner" if fits > 1 else "") + ":\n"
        raised = got[-1][1]["raised"]
        require(raised is None, f"{at}{raised} reached the caller of fit, expected nothing")
        text = first_difference(judged(got), judged(due))
        require(not text, at + text)
        for name in ("forward", "step"):
            for (_, one), (_, other) in zip(
                *([e for e in t if e[0] == name] for t in (got, due)), strict=True
            ):
                for key, value in other.items():
                    where = f"{at}at a {name}, {key} is {one[key]!r}, expected {value!r}"
                    require(one[key] == value, where)


def cast(acts, **options):
    return scripts(
        callbacks(acts, most_acts=3), least_callbacks=1, most_callbacks=2, least_valid=1, **options
    )


@deepens("test_cancel_batch")
@few_examples(10)
@given(s=cast(cancels(["CancelBatchException"], latest=5)))
def test_many_cancelled_batches(student, reference, s):
    """Two callbacks that cancel several batches"""
    check(student, reference, s)


@deepens("test_cancel_train")
@few_examples(8)
@given(s=cast(cancels(["CancelTrainException", "CancelValidException"], latest=1)))
def test_cancelled_halves(student, reference, s):
    """Two callbacks that cancel trainings and validations"""
    check(student, reference, s)


@deepens("test_cancel_epoch")
@few_examples(8)
@given(s=cast(cancels(["CancelEpochException", "CancelBatchException"])))
def test_cancelled_epochs_and_batches(student, reference, s):
    """Two callbacks that cancel epochs and batches"""
    check(student, reference, s)


@deepens("test_cancel_fit")
@few_examples(10)
@given(s=cast(cancels(list(PLACES))))
def test_everything_cancelled(student, reference, s):
    """Two callbacks that cancel whatever can be cancelled"""
    check(student, reference, s)


@deepens("test_a_second_fit")
@few_examples(4)
@given(s=cast(cancels(list(PLACES)), most_epochs=2))
def test_three_fits(student, reference, s):
    """Three fits of one learner, with cancellations in any of them"""
    check(student, reference, s, fits=3)


sizes_ = st.lists(st.integers(1, 4), min_size=1, max_size=4)


@deepens("test_losses_of_each_epoch")
@few_examples(6)
@given(
    epochs=st.integers(1, 3), train=sizes_, valid=sizes_, metrics=st.permutations(["pred", "y", "pred - 2 y"])
)
def test_rows_as_in_the_key(student, reference, epochs, train, valid, metrics):
    """values agrees with the answer key's, in two fits"""
    both = [who.run("record", epochs, train, valid, list(metrics)) for who in (student, reference)]
    for k, (got, due) in enumerate(zip(*both, strict=True)):
        where = f"fit {k}, {epochs} epochs of batches of {train} and {valid} items, metrics {list(metrics)}: values"
        size = 1 + max(abs(v) for row in due["rows"] for v in row)
        for e, (row, expected) in enumerate(zip(got["rows"], due["rows"], strict=True)):
            for i, (one, other) in enumerate(zip(row, expected, strict=True)):
                assert_close(one, other, what=f"{where}[{e}][{i}]", atol=1e-5 * size)
