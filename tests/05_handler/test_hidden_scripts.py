"""Random scripts of callbacks that do several things, each moment of them compared with the answer key."""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import deepens, few_examples
from grader.suite.training.scripts import (
    FALSY,
    TRUTHY,
    act,
    answers,
    callback,
    raises,
    script,
    stops,
)

from .support.common import IN_BATCH, LANDMARKS
from .support.hidden_scripts import cast, check, one_handler

ANSWERED = [event for event in LANDMARKS if event != "after_fit"]
IN_FIT = [event for event in ANSWERED if event not in IN_BATCH]
ANY = (*FALSY[::-1], *TRUTHY)
PLAIN = (False, None, True)  # the lesson's answers
in_fit = answers(IN_FIT, ANY, latest=1)
anywhere = st.one_of(answers(IN_BATCH, ANY, latest=4), in_fit)
raising = raises(ANSWERED, latest=3)
stopping = stops(IN_BATCH, latest=4)


@deepens("test_one_no")
@few_examples(12)
@given(s=cast(answers(IN_BATCH, PLAIN, latest=5)))
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
@given(s=cast(st.one_of(stopping, answers(IN_BATCH, PLAIN, latest=4)), most_epochs=1, most_batches=6))
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
