"""Cases, strategies and checks of test_hidden_scripts.py."""

from hypothesis import strategies as st

from grader.suite import require
from grader.suite.training.narration import as_python, first_difference, moments, name_of, narrate
from grader.suite.training.scripts import (
    Script,
    callbacks,
    scripts,
)

from .common import ANY_CLASS, DERIVED, IN_BATCH, LANDMARKS, PLAIN

# What is the same in all correct work. At a landmark that changes the mode, it may have changed already, or not yet.
COMPARED = {
    **dict.fromkeys(IN_BATCH, ("given", "in_train", "training", "gradient")),
    **dict.fromkeys(["begin_fit", "begin_epoch"], ("given", "gradient")),
    "forward": ("batch", "training", "grad", "weight"),
    "loss": ("value",),
    "backward": ("upstream",),
    "step": ("gradient",),
}
RUN = (
    "learn = Learner(model, opt, loss_func, DataBunch(train_dl, valid_dl))\n"
    "fit({epochs}, learn, CallbackHandler({callbacks}))"
)


def code(s: Script) -> str:
    otherwise = DERIVED if all(cb["derived"] for cb in s["callbacks"]) else ANY_CLASS
    options = {"parameters": LANDMARKS, "stop": "learn.stop = True", "otherwise": otherwise, "plain": PLAIN}
    return as_python({**s, "callbacks": [{**cb, "hears": "acts"} for cb in s["callbacks"]]}, RUN, **options)


def judged(s: Script, trace: list, *, until_validation: bool, after_fit: bool) -> list:
    """The moments of a trace that are judged, as far as the end of the training where that is all."""
    kept = []
    for what, details in trace:
        if not after_fit and details.get("event") == "after_fit":
            continue
        half_over = details.get("event") in ("begin_validate", "after_epoch", "after_fit")
        if until_validation and (half_over or (what == "draw" and details["batch"] >= len(s["train"]))):
            break
        if what not in ("draw", "drawn", "mode"):
            kept.append([what, details])
    return kept


def check(
    student,
    reference,
    s: Script,
    *,
    until_validation: bool = False,
    after_fit: bool = True,
    fits: int = 1,
    own: bool = True,
) -> None:
    """after_fit: whether it is judged; own: whether the handler, too, is the student's."""
    learners = [1] * fits
    got_fits = student.run(
        "fit", s, own, None, True, learners, as_python=code(s) if fits == 1 and own else None
    )
    due_fits = reference.run("fit", s, own, None, True, learners)
    for number, (got, due) in enumerate(zip(got_fits, due_fits, strict=True)):
        at = narrate(s) + (f", in fit {number + 1} with one handler" if fits > 1 else "") + ":\n"
        ended, right = got[-1][1]["raised"], due[-1][1]["raised"]
        judge = {"until_validation": until_validation, "after_fit": after_fit}
        got, due = (judged(s, some, **judge) for some in (got, due))
        difference = first_difference(moments(got, by_name=True), moments(due, by_name=True))
        require(not difference, at + difference)
        for (what, details), (_, expected) in zip(got, due, strict=True):
            event = expected.get("event", what)
            who = f"{name_of(expected['cb'])} hears {event}" if what == "asked" else event
            for name in COMPARED.get(event, ()):
                there, here = details[name], expected[name]
                require(there == here, f"{at}at a moment when {who}: {name} is {there!r}, expected {here!r}")
        require(ended == right, f"{at}the caller got {ended or 'no exception'}, expected {right or 'none'}")


def cast(acts: st.SearchStrategy, **options) -> st.SearchStrategy[Script]:
    return scripts(callbacks(acts, most_acts=3, derived=(True, False)), least_callbacks=1, **options)


def one_handler(acts: st.SearchStrategy) -> st.SearchStrategy[Script]:
    one = callbacks(acts, most_acts=4)
    return scripts(one, least_callbacks=1, most_callbacks=1, most_epochs=3, most_batches=2)
