"""Cases, strategies and checks of test_hidden_scripts.py."""

from hypothesis import strategies as st

from grader.suite import require
from grader.suite.training.narration import as_python, first_difference, moments, name_of, narrate
from grader.suite.training.scripts import callbacks, scripts

from .common import RUN

BATCH_EVENTS = ["begin_batch", "after_pred", "after_loss", "after_backward", "after_step", "after_batch"]
CANCELS = ["begin_fit", "begin_epoch", *BATCH_EVENTS[:-1], "begin_validate", "after_epoch"]
EVENTS = [*CANCELS, "after_batch", "after_fit"]
# What is the same in all correct work. At other moments than these it may be set already, or not yet.
COMPARED = {
    "begin_batch": ("epoch", "epochs", "iters", "in_train", "weight", "gradient", "learner"),
    "after_fit": ("learner", "weight", "gradient"),
    "forward": ("batch", "grad", "weight"),
    "loss": ("value",),
    "step": ("gradient",),
}
ORDERS = (None, 1, -1, 0)


def compared(trace: list) -> list:
    """The moments of a trace that are judged: what is drawn and when modes are set is not, nor, after an exception,
    whether after_batch comes."""
    kept, raised = [], False
    for what, details in trace:
        if what in ("draw", "drawn", "mode") or (raised and details.get("event") == "after_batch"):
            continue
        kept.append([what, details])
        raised = raised or bool(details.get("raises"))
    return kept


def check(student, reference, s, *, fits: int = 1, given: str = "cbs") -> None:
    code = as_python(s, RUN, EVENTS) if fits == 1 and given == "cbs" else None
    got_fits = student.run("fit", s, given, fits, as_python=code)
    for number, (got, due) in enumerate(zip(got_fits, reference.run("fit", s, given, fits), strict=True)):
        at = narrate(s) + (f", in fit {number + 1} of one runner" if fits > 1 else "") + ":\n"
        got, due = compared(got), compared(due)
        difference = first_difference(moments(got, by_name=True), moments(due, by_name=True))
        require(not difference, at + difference)
        for (what, details), (_, expected) in zip(got, due, strict=True):
            event = expected.get("event", what)
            who = f"{name_of(expected['cb'])} hears {event}" if what == "asked" else f"{event}"
            for name in COMPARED.get(event, ()):
                there, here = details[name], expected[name]
                require(there == here, f"{at}at a moment when {who}: {name} is {there!r}, expected {here!r}")
        there, here = got[-1][1]["raised"], due[-1][1]["raised"]
        require(there == here, f"{at}at the end, raised is {there!r}, expected {here!r}")


def cast(acts: st.SearchStrategy, **options) -> st.SearchStrategy:
    return scripts(callbacks(acts, most_acts=3, orders=ORDERS, hears=("all", "acts"), **options))
