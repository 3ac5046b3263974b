"""Random scripts of callbacks that do several things, each moment of them compared with the answer key."""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import deepens, few_examples, require
from grader.suite.training.narration import as_python, first_difference, moments, name_of, narrate
from grader.suite.training.scripts import (
    FALSY,
    TRUTHY,
    Script,
    act,
    answers,
    callback,
    callbacks,
    raises,
    script,
    scripts,
    stops,
)

LANDMARKS = dict.fromkeys(
    [
        *("begin_fit", "begin_epoch", "begin_batch", "after_loss", "after_backward", "after_step"),
        *("begin_validate", "after_epoch", "after_fit"),
    ],
    "",
) | {"begin_fit": "learn", "begin_epoch": "epoch", "begin_batch": "xb, yb", "after_loss": "loss"}
IN_BATCH = ["begin_batch", "after_loss", "after_backward", "after_step"]
ANSWERED = [event for event in LANDMARKS if event != "after_fit"]
IN_FIT = [event for event in ANSWERED if event not in IN_BATCH]
ANY = (*FALSY[::-1], *TRUTHY)
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
PLAIN = """    def __getattr__(self, landmark): return lambda *_, **__: True"""
DERIVED, ANY_CLASS = "return super().{event}({arguments})", "return True"


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


in_fit = answers(IN_FIT, ANY, latest=1)
anywhere = st.one_of(answers(IN_BATCH, ANY, latest=4), in_fit)
raising = raises(ANSWERED, latest=3)
stopping = stops(IN_BATCH, latest=4)


@deepens("test_one_no")
@few_examples(12)
@given(s=cast(answers(IN_BATCH, ANY, latest=5)))
@example(
    s=script(callback(*[act(event, k, value=False) for event in IN_BATCH[2:] for k in (0, 1)]), train=[1] * 4)
)
def test_many_noes_in_batches(student, reference, s):
    """Several callbacks that say no in batches"""
    check(student, reference, s)


@deepens("test_after_fit_reaches_every_callback")
@few_examples(12)
@given(s=cast(st.one_of(anywhere, answers(["after_fit"], ANY, latest=0))))
@example(
    s=script(callback(act("begin_fit", value=False), act("after_fit", value=False)), callback(), epochs=2)
)
def test_many_noes_anywhere(student, reference, s):
    """Several callbacks that say no anywhere"""
    check(student, reference, s)


@deepens("test_after_fit_reaches_every_callback")
@few_examples(12)
@given(s=cast(st.one_of(raising, anywhere)))
def test_exceptions_among_noes(student, reference, s):
    """Several callbacks that raise exceptions, and say no anywhere"""
    check(student, reference, s)


@deepens("test_ten_steps")
@few_examples(12)
@given(s=cast(st.one_of(stopping, answers(IN_BATCH, ANY, latest=4)), most_epochs=1, most_batches=6))
def test_stops_among_noes(student, reference, s):
    """Several callbacks that set learn.stop and say no in batches, as far as training goes"""
    check(student, reference, s, until_validation=True)


@deepens("test_a_second_fit")
@few_examples(10)
@given(s=cast(st.one_of(anywhere, raising), most_batches=2))
def test_three_fits(student, reference, s):
    """Three fits with one handler, with callbacks that say no and raise exceptions in any of them"""
    check(student, reference, s, after_fit=False, fits=3)


@deepens("test_after_fit_after_an_exception")
@given(s=one_handler(st.one_of(in_fit, in_fit, raises(IN_FIT, latest=1))))
def test_a_handler_that_says_no_and_raises(student, reference, s):
    """A handler that says no several times, and raises exceptions"""
    check(student, reference, s, own=False)
