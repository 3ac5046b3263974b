"""Cases, strategies and checks of test_hidden_scripts.py."""

from hypothesis import strategies as st

from grader.suite import require
from grader.suite.training.narration import as_python, first_difference, moments, narrate
from grader.suite.training.scripts import callbacks, raises, scripts

from .common import INNER, RUN

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
