"""CallbackHandler passes questions on. It is called as a fit calls it, with callbacks that derive from nothing.

A weaker suite lets pass: the last answer counts instead of the first no, callbacks asked after a no (the answer is the
same), `is not True`, None taken for a yes, the order of names or the reverse, a landmark that is not passed on,
after_fit like all the others.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.training.narration import name_of, narrate
from grader.suite.training.scripts import EXCEPTIONS, FALSY, TRUTHY, act, callback, script

from .support.common import PARAMETERS, TRAINING, course
from .support.handler_asks import check_asked, check_goes_on, handle, names, up_to

LANDMARKS = ["begin_fit", "begin_epoch", *TRAINING, "begin_validate", "after_epoch"]
landmarks = st.sampled_from(LANDMARKS)


@points(
    3,
    function="CallbackHandler",
    hint="In the order of the list, as far as the first false answer.",
    handout=(
        (
            "At each landmark but after_fit it asks the callbacks in the order of its list and "
            "stops asking at the first false answer."
        ),
        "A callback needs the nine methods; it need not be derived from Callback.",
    ),
)
@given(
    event=landmarks,
    nth=st.integers(0, 1),
    values=st.lists(st.sampled_from([True, False, None]), min_size=1, max_size=4),
)
@example(event="begin_batch", nth=0, values=[True, True, True])
@example(event="begin_fit", nth=0, values=[True, False, True])
@example(event="begin_epoch", nth=0, values=[None, True])
@example(event="after_loss", nth=0, values=[False, True])
@example(event="after_backward", nth=1, values=[False, False])
@example(event="after_step", nth=1, values=[True, None, True])
@example(event="begin_validate", nth=0, values=[False, True])
@example(event="after_epoch", nth=0, values=[True, False, True])
def test_up_to_the_first_no(student, event, nth, values):
    """The handler asks in the order of its list up to the first false answer, and says yes if there is none"""
    check_asked(student, event, 0 if event == "begin_fit" else nth, values)


@points(
    1,
    function="CallbackHandler",
    band="robust",
    hint="What is false for `if`? Nothing more is a no, nothing less.",
    handout="Answers count as they do in if: those of callbacks",
)
@few_examples(8)
@given(value=st.sampled_from([*TRUTHY, [0], *FALSY, []]), event=landmarks)
@example(value=1, event="begin_batch")
@example(value="yes", event="after_backward")
@example(value=None, event="begin_fit")
@example(value=0, event="after_loss")
@example(value="", event="after_epoch")
def test_true_is_what_is_true_for_if(student, value, event):
    """A callback's answer is a no when it is false for `if`, as None is, and a yes when it is true"""
    check_asked(student, event, 0, [value, True])


@points(
    2,
    function="CallbackHandler",
    hint="What each method is given it hands on, as it is.",
    handout="hands on to each callback what it is given; keeps the learner as learn",
)
@few_examples(8)
@given(n=st.integers(1, 3), epochs=st.integers(1, 2), train=st.integers(1, 2), valid=st.integers(0, 1))
@example(n=1, epochs=1, train=1, valid=1)
@example(n=2, epochs=2, train=2, valid=1)
def test_what_callbacks_are_told(student, n, epochs, train, valid):
    """Every landmark reaches every callback, with the learner, epoch, batch or loss itself; handler.learn is there"""
    calls = course(epochs, train, valid)
    reports, _ = handle(student, [callback()] * n, calls)
    at = narrate(script(*[callback()] * n))
    check_goes_on(calls, reports, n, at)
    for (name, number), report in zip(calls, reports, strict=True):
        for entry in report["heard"]:
            due = {"begin_epoch": number, "begin_batch": number}.get(name, name in PARAMETERS or None)
            who = name_of(entry["cb"])
            require(
                entry["given"] == due,
                f"{at}:\nhandler.{name} has to hand {PARAMETERS.get(name, 'nothing')} on to {who} as it is"
                + (f", but {entry['given']} came for {due}" if name == "begin_epoch" else ""),
            )
        if name != "after_fit":
            require(report["learn"], f"{at}:\nafter handler.{name}, handler.learn is not this fit's learner")
    heard, due = [entry["cb"] for entry in reports[-1]["heard"]], list(range(n))
    require(heard == due, f"{at}:\nafter_fit reached {names(heard)}; expected: {names(due)}")


@points(
    1,
    function="CallbackHandler",
    beside="test_up_to_the_first_no",
    hint="What does `CallbackHandler()` ask? And what does it say then?",
    handout="Without callbacks, all goes on",
)
def test_without_callbacks(student):
    """A handler without callbacks lets everything go on"""
    for argument in ("nothing", "none", "list"):
        reports, _ = handle(student, [], course(), given=argument)
        check_goes_on(course(), reports, 0, "with no callback")


@points(
    3,
    function="CallbackHandler",
    band="robust",
    hint="It is for cleaning up. Whom may it leave out?",
    handout="it … reaches every callback: after a no at begin_fit, after a no of another "
    "callback's after_fit",
)
@given(
    event=landmarks,
    values=st.lists(st.booleans(), min_size=1, max_size=3),
    answers=st.lists(st.sampled_from([True, False, None]), min_size=3, max_size=3),
)
@example(event="after_epoch", values=[True, True], answers=[True] * 3)
@example(event="after_epoch", values=[True, True], answers=[False] * 3)
@example(event="begin_fit", values=[False, True], answers=[True] * 3)
@example(event="begin_epoch", values=[True, False], answers=[True] * 3)
@example(event="after_backward", values=[True, True], answers=[True, None, True])
@example(event="begin_validate", values=[False, True], answers=[True] * 3)
def test_after_fit_reaches_all(student, event, values, answers):
    """after_fit reaches every callback once, whatever the others answer, and wherever the fit ended"""
    acts = [
        [act("after_fit", value=answer)] + ([] if value else [act(event, value=False)])
        for value, answer in zip(values, answers, strict=False)
    ]
    cbs = [callback(*some) for some in acts]
    reports, _ = handle(student, cbs, [*up_to(event, 0), ["after_fit", 0]])
    heard = [entry["cb"] for entry in reports[-1]["heard"]]
    due = list(range(len(values)))
    require(
        heard == due,
        f"{narrate(script(*cbs))}:\nhandler.after_fit, after {event}, reached {names(heard)}; expected: {names(due)}",
    )


@points(
    1,
    function="CallbackHandler",
    band="robust",
    hint="Catch nothing.",
    handout="Nothing catches an exception: it reaches the caller.",
)
@few_examples(10)
@given(event=landmarks, error=st.sampled_from(EXCEPTIONS), n=st.integers(0, 1))
@example(event="begin_batch", error="AttributeError", n=0)
@example(event="after_epoch", error="RuntimeError", n=1)
def test_exceptions_of_callbacks(student, event, error, n):
    """An exception of a callback passes through the handler, and is no answer"""
    cbs = [*[callback()] * n, callback(act(event, does="raise", value=error)), callback()]
    reports, _ = handle(student, cbs, up_to(event, 0))
    came = reports[-1]["raised"] or "no exception"
    require(came == error, f"{narrate(script(*cbs))}:\nhandler.{event} raised {came}, expected {error}")


@points(
    1,
    function="CallbackHandler",
    band="robust",
    hint="There is no need to compare or count them: ask.",
    handout="Callbacks may be of any class: even false, all equal, or without a hash.",
)
@few_examples(10)
@given(event=landmarks, values=st.lists(st.booleans(), min_size=1, max_size=3))
@example(event="begin_batch", values=[False])
@example(event="begin_fit", values=[True, True, False])
def test_odd_callbacks(student, event, values):
    """Callbacks may be of any class: even of one whose objects are false for `if`, all equal, and without a hash"""
    check_asked(student, event, 0, values, odd=True)
