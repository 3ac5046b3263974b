"""Who is asked, in which order, and who is not.

A weaker suite lets pass: callbacks in the order given (right as long as nobody has an _order), a sort by name or by
identity among equals, the runner's own callback left out of the sort, asking on after the first true answer, the
last answer alone, an AttributeError for a callback that lacks a method.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.training.narration import as_python, first_difference, moments, name_of, narrate
from grader.suite.training.scripts import TRUTHY, act, answers, callback, callbacks, script, scripts

from .support.asking import EVENTS, check_place_of_the_runners_own, check_rounds, hears
from .support.common import RUN

CANCELS = [e for e in EVENTS if e not in ("after_batch", "after_fit")]
ordered = callbacks(st.nothing(), most_acts=0, orders=(None, 0, 1, 2, -1))
answering = callbacks(answers(CANCELS, TRUTHY, latest=1), orders=(None, 1, -1))


@points(
    2,
    function="Runner",
    beside="test_callbacks_given",
    hint="Sort by _order. Is your sort stable? Which comes first, -1 or 1?",
    handout="Callbacks are asked by _order, smallest first; those of equal _order in the order in "
    "which they were given.",
)
@given(s=scripts(ordered, least_callbacks=2, most_callbacks=5, most_batches=1, most_epochs=1))
@example(s=script(callback(order=2), callback(order=1)))
@example(s=script(callback(), callback(), callback()))
@example(s=script(callback(order=1), callback(order=0), callback(order=-1), callback(order=1), callback()))
@example(s=script(callback(order=10), callback(order=9)))
def test_order(student, s):
    """Callbacks are asked by _order, smallest first, and those of equal _order in the order in which they were given"""
    check_rounds(student, s)


@points(
    1,
    function="Runner",
    beside="test_callbacks_given",
    hint="self._order = 1 in a callback's __init__ counts as much as _order = 1 in its class.",
    handout="_order may be an attribute of the class or of the callback itself.",
)
def test_order_of_an_instance(student):
    """A callback may get its _order when it is made"""
    check_rounds(student, script(callback(order=2), callback(), callback(order=1)), order_of="instance")


@points(
    1,
    function="Runner",
    hint="Where in the list does the runner's own callback stand?",
    handout=(
        "The runner's own TrainEvalCallback stands at the head of the list with _order 0.",
        "at your begin_epoch and begin_validate the mode and in_train are set, and at your after_batch the "
        "batch is counted",
    ),
)
def test_after_the_runners_own(student):
    """A callback of _order 0 or more finds modes and counts as the runner's own TrainEvalCallback has set them"""
    for order in (None, 1):
        check_place_of_the_runners_own(student, order)


@points(
    1,
    function="Runner",
    band="robust",
    hint="The runner's own TrainEvalCallback is sorted among the others.",
    handout="unless your _order is negative: then the runner's own is asked after yours",
)
def test_before_the_runners_own(student):
    """A callback of negative _order is asked before the runner's own TrainEvalCallback has set modes and counts"""
    check_place_of_the_runners_own(student, -1)


@points(
    2,
    function="Runner",
    beside="test_callbacks_given",
    hint="As soon as there is a true answer, return.",
    handout="At the first true answer the asking ends",
)
@given(s=scripts(answering, least_callbacks=2, most_callbacks=3, most_batches=2))
@example(s=script(callback(act("begin_batch")), callback()))
@example(s=script(callback(), callback(act("begin_batch")), callback()))
@example(s=script(callback(act("after_loss", value=1), order=1), callback()))
@example(s=script(callback(act("begin_epoch"), order=1), callback(act("begin_epoch"))))
@example(s=script(callback(act("after_epoch")), callback(), epochs=2))
def test_the_first_true_answer_ends_the_asking(student, s):
    """Callbacks are asked up to the first true answer; those after it don't hear of the event"""
    check_rounds(student, s)


@points(
    1,
    function="Runner",
    beside="test_callbacks_given",
    hint="One true answer cancels, whoever gives it, and whatever the others say.",
    handout="one callback that wants to cancel is enough",
)
@few_examples(10)
@given(
    event=st.sampled_from(CANCELS),
    who=st.integers(0, 2),
    false=st.sampled_from([False, 0, None]),
    epochs=st.integers(1, 2),
)
@example(event="after_backward", who=0, false=False, epochs=1)
@example(event="after_backward", who=2, false=False, epochs=1)
@example(event="begin_fit", who=1, false=False, epochs=1)
@example(event="after_epoch", who=1, false=0, epochs=2)
def test_any_true_answer_cancels(student, event, who, false, epochs):
    """The true answer of one among three callbacks does the same as that of one alone"""
    crowd = [callback(act(event, value=i == who or false)) for i in range(3)]
    s, alone = (script(*cbs, epochs=epochs) for cbs in (crowd, [callback(act(event))]))
    ((*trace, _),) = student.run("fit", s, as_python=as_python(s, RUN, EVENTS))
    ((*single, _),) = student.run("fit", alone, as_python=as_python(alone, RUN, EVENTS))
    done = [[m for m in moments(t) if not m.startswith(("begin_", "after_"))] for t in (trace, single)]
    difference = first_difference(*done)
    require(not difference, f"{narrate(s)}:\nonly what is done to model and optimizer, {difference}")


@points(
    1,
    function="Runner",
    hint="Not every callback has every method. getattr has a third argument.",
    handout="One that has no method for an event is skipped.",
)
@given(
    s=scripts(
        callbacks(answers(EVENTS, (None,), latest=0), hears=("acts",)),
        least_callbacks=1,
        most_batches=1,
        most_epochs=1,
    )
)
@example(s=script(callback(hears="acts")))
@example(s=script(callback(act("after_step", value=None), hears="acts"), callback()))
@example(s=script(callback(hears="acts"), callback(act("begin_fit", value=None), hears="acts")))
def test_callbacks_without_the_method_are_passed_over(student, s):
    """A callback is asked at the events for which it has a method, and passed over at the others"""
    trace = check_rounds(student, s)
    heard = {(d["cb"], d["event"]) for what, d in trace if what == "asked"}
    for i, cb in enumerate(s["callbacks"]):
        for event in EVENTS:
            due = hears(cb, event)
            never = f"{name_of(i)} has a method {event}, but was never asked"
            require(not due or (i, event) in heard, f"{narrate(s)}:\n{never}")


plain = callbacks(
    answers(CANCELS, (True, None), latest=1),
    orders=(None, 1, -1),
    derived=(False, True),
    hears=("all", "acts"),
)


@points(
    2,
    function="Runner",
    band="robust",
    hint="What does a runner ask of a callback besides the method?",
    handout="callbacks need not be derived from Callback, nor have _order (then 0) or set_runner",
)
@given(s=scripts(plain, least_callbacks=1, most_callbacks=3, most_batches=2))
@example(s=script(callback(derived=False)))
@example(s=script(callback(derived=False, hears="acts")))
@example(s=script(callback(order=1), callback(derived=False), callback(order=-1, derived=False)))
@example(s=script(callback(act("after_backward"), derived=False), callback()))
def test_callbacks_need_no_base_class(student, s):
    """An object with methods for events is a callback: it needs neither Callback nor _order (then 0) nor set_runner"""
    check_rounds(student, s)
