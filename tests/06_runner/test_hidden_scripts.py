"""Random scripts of several callbacks, each moment of them compared with the answer key."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import deepens, few_examples, require
from grader.suite.training.narration import as_python, first_difference, moments, name_of, narrate
from grader.suite.training.scripts import FALSY, TRUTHY, answers, callbacks, raises, scripts, stops

BATCH_EVENTS = ["begin_batch", "after_pred", "after_loss", "after_backward", "after_step", "after_batch"]
CANCELS = ["begin_fit", "begin_epoch", *BATCH_EVENTS[:-1], "begin_validate", "after_epoch"]
EVENTS = [*CANCELS, "after_batch", "after_fit"]
# What is the same in all correct work. At other moments than these it may be set already, or not yet.
COMPARED = {
    "begin_batch": ("epoch", "epochs", "iters", "in_train", "n_iter", "weight", "gradient", "learner"),
    "after_fit": ("learner", "weight", "gradient"),
    "forward": ("batch", "training", "grad", "weight"),
    "loss": ("value",),
    "step": ("gradient",),
}
RUN = "from types import SimpleNamespace as Bag\nrunner = Runner({callbacks})\n" + (
    "runner.fit({epochs}, Bag(model=model, opt=opt, loss_func=loss_func, "
    "data=Bag(train_dl=train_dl, valid_dl=valid_dl)))"
)

ANY = (*TRUTHY, *FALSY)
ORDERS = (None, 1, -1, 0)
cancelling = answers(CANCELS, ANY)
stopping = stops(BATCH_EVENTS, latest=4)
raising = raises([e for e in EVENTS if e not in ("after_batch", "after_fit")])


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
        for name in ("raised", "gone"):
            there, here = got[-1][1][name], due[-1][1][name]
            require(there == here, f"{at}at the end, {name} is {there!r}, expected {here!r}")


def cast(acts: st.SearchStrategy, **options) -> st.SearchStrategy:
    return scripts(callbacks(acts, most_acts=3, orders=ORDERS, hears=("all", "acts"), **options))


@deepens("test_cancel_backward_step_zero_grad")
@given(s=cast(answers(BATCH_EVENTS[:-1], ANY, latest=5)))
def test_cancelled_batches(student, reference, s):
    """Several callbacks that cancel parts of batches"""
    check(student, reference, s)


@deepens("test_cancel_half_an_epoch")
@few_examples(12)
@given(s=cast(answers(["begin_epoch", "begin_validate", "after_epoch", "begin_fit"], ANY, latest=1)))
def test_cancelled_halves(student, reference, s):
    """Several callbacks that cancel halves of epochs and fits"""
    check(student, reference, s)


@deepens("test_stop")
@given(s=cast(st.one_of(stopping, cancelling)))
def test_stops_and_answers(student, reference, s):
    """Several callbacks that set stop and cancel what they can"""
    check(student, reference, s)


@deepens("test_exceptions")
@given(s=cast(st.one_of(raising, cancelling)))
def test_exceptions_among_answers(student, reference, s):
    """Several callbacks that raise exceptions and cancel what they can"""
    check(student, reference, s)


@deepens("test_callbacks_need_no_base_class")
@given(
    s=cast(st.one_of(cancelling, stopping), derived=(False, True)),
    given=st.sampled_from(["cbs", "cb_funcs", "both"]),
)
def test_plain_callbacks(student, reference, s, given):
    """Callbacks of any class, given in any way"""
    if given == "both":  # the order between cbs and cb_funcs is left open: of the same _order there is one
        for i, cb in enumerate(s["callbacks"]):
            cb["order"] = i
    check(student, reference, s, given=given)


@deepens("test_a_second_fit_starts_clean")
@few_examples(10)
@given(s=cast(st.one_of(cancelling, cancelling, stopping)))
def test_three_fits(student, reference, s):
    """Three fits of one runner, with callbacks that cancel and stop in any of them"""
    check(student, reference, s, fits=3)


@deepens("test_words_are_joined_by_underscores")
@given(name=st.from_regex(re.compile(r"\A[A-Za-z][A-Za-z0-9]{0,11}\Z", re.ASCII)))
@example(name="XYzAB1Cd")
def test_any_name(student, reference, name):
    """camel2snake agrees with the answer key on any name of letters and digits"""
    got, expected = student.camel2snake(name), reference.camel2snake(name)
    require(got == expected, f"camel2snake({name!r}) is {got!r}, expected {expected!r}")
