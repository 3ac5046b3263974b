"""Cases, strategies and checks of test_cancelling.py."""

from grader.suite import require
from grader.suite.training.narration import as_python, first_difference, moments, narrate
from grader.suite.training.scripts import (
    callback,
    scripts,
)

from .common import RUN

TRAINING = [
    *("begin_batch", "forward", "after_pred", "loss", "after_loss", "backward", "after_backward", "step"),
    *("after_step", "zero_grad", "after_batch"),
]
VALIDATION = ["begin_batch", "forward", "after_pred", "loss", "after_loss", "after_batch"]
HALVES = ["begin_epoch", *TRAINING, "begin_validate", *VALIDATION, "after_epoch"]
EVENTS = [m for m in ["begin_fit", *dict.fromkeys(HALVES), "after_fit"] if "_" in m and m != "zero_grad"]
# A true answer at the one goes on at the other; what lies between is skipped.
GOES_ON_AT = {
    **dict.fromkeys(
        ["begin_batch", "after_pred", "after_loss", "after_backward", "after_step"], "after_batch"
    ),
    "begin_epoch": "begin_validate",
    "begin_validate": "after_epoch",
    "after_epoch": "after_fit",
    "begin_fit": "after_fit",
}


def whole_course(script) -> list[str]:
    epoch = [
        *("begin_epoch", *TRAINING * len(script["train"])),
        *("begin_validate", *VALIDATION * len(script["valid"]), "after_epoch"),
    ]
    return ["begin_fit", *epoch * script["epochs"], "after_fit"]


def place(course: list[str], event: str, nth: int) -> int | None:
    """Where the event comes for the nth time, None when it doesn't."""
    places = [k for k, moment in enumerate(course) if moment == event]
    return places[nth] if nth < len(places) else None


def next_of(course: list[str], start: int, *events: str) -> int:
    return next(k for k in range(start, len(course)) if course[k] in events)


def run(student, script):
    """The trace of the only fit, and its last entry, which tells how it ended."""
    ((*trace, over),) = student.run("fit", script, as_python=as_python(script, RUN, EVENTS))
    return trace, over[1]


def check(student, script, expected: list[str]) -> None:
    trace, over = run(student, script)
    require_course(script, moments(trace), expected)
    check_end(script, over)


def require_course(script, got: list[str], expected: list[str]) -> None:
    difference = first_difference(got, expected)
    require(not difference, f"{narrate(script)}:\n{difference}")


def check_end(script, over: dict, raised: str | None = None) -> None:
    ended = f"{narrate(script)}:\nafter the fit, "
    came = over["raised"] or "no exception"
    require(
        over["raised"] == raised, f"{narrate(script)}:\nthe caller got {came}, expected {raised or 'none'}"
    )
    require(not over["stop"] or bool(raised), f"{ended}runner.stop is still true, expected False")


def check_cancelled(student, script) -> None:
    """One callback, one act, an answer: what it skips and nothing else."""
    course, (a,) = whole_course(script), script["callbacks"][0]["acts"]
    k = place(course, a["event"], a["nth"])
    if k is not None:
        course[k + 1 :] = course[next_of(course, k, GOES_ON_AT[a["event"]]) :]
    check(student, script, course)


def one_act(act_strategy, **options):
    """Scripts with one callback that does one thing."""
    one = act_strategy.map(callback)
    return scripts(one, least_callbacks=1, most_callbacks=1, **options)
