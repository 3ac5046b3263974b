"""Random scripts of several callbacks, each moment of them compared with the answer key."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import deepens, few_examples, require
from grader.suite.training.scripts import FALSY, TRUTHY, answers, raises, stops

from .support.hidden_scripts import BATCH_EVENTS, CANCELS, EVENTS, cast, check

ANY = (*TRUTHY, *FALSY)
cancelling = answers(CANCELS, ANY)
stopping = stops(BATCH_EVENTS, latest=4)
raising = raises([e for e in EVENTS if e not in ("after_batch", "after_fit")])


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
