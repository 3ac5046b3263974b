"""fit with everything of the student's: handler, learner, data, and callbacks of which some derive from Callback.

A weaker suite lets pass: parts that fit the tests' stand-ins and not each other, callbacks behind the first one left
out, a stop that ends training a step too late, callbacks that after_fit never reaches, a second fit that is spoilt by
how the first one ended.

What callbacks are asked at after_loss in validation is left open; so is what comes after a stop.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.training.narration import name_of, narrate
from grader.suite.training.scripts import (
    act,
    answers,
    callback,
    callbacks,
    raises,
    script,
    scripts,
    stops,
)

from .support.common import ANY_NO, IN_BATCH, LANDMARKS, NO
from .support.whole import (
    FIT,
    HANDLER,
    LEARNER,
    check_course,
    check_modes,
    code,
    cut,
    heard,
    one_act,
    run,
    whole_course,
)

ANSWERED = [event for event in LANDMARKS if event != "after_fit"]
TWICE = f"{HANDLER}try: {FIT}\nexcept BaseException as error: print(repr(error))\nprint('again')\n"


@points(
    2,
    function="fit",
    hint="Each part for itself is right? Then look at where two of them meet.",
    handout=(
        "do what the picture shows",
        (
            "At each landmark but after_fit it asks the callbacks in the order of its list and "
            "stops asking at the first false answer."
        ),
    ),
    stub="Train and validate epochs times, validation without gradients.",
)
@few_examples(8)
@given(s=scripts(callbacks(st.nothing(), most_acts=0, derived=(True, False))))
@example(s=script())
@example(s=script(callback(), callback(derived=False), epochs=2, train=[2, 1], valid=[1, 1]))
def test_the_whole_course(student, s):
    """Every callback hears every landmark of a fit, in order, with what is done in between"""
    trace, _ = run(student, s)
    check_course(s, trace, heard(s, whole_course(s)))
    check_modes(s, trace)


@points(
    2,
    function="fit",
    hint="Each part for itself is right? Then look at where two of them meet.",
    handout=(
        "do what the picture shows",
        (
            "At each landmark but after_fit it asks the callbacks in the order of its list and "
            "stops asking at the first false answer."
        ),
    ),
    stub="a false one … skips what the handout, README.md in this folder, says for that landmark",
)
@given(s=one_act(answers(ANSWERED, NO, latest=3)))
@example(s=script(callback(act("begin_batch", value=False)), train=[1, 1]))
@example(s=script(callback(), callback(act("after_backward", value=None), derived=False), callback()))
@example(s=script(callback(act("begin_epoch", value=False)), epochs=2))
@example(s=script(callback(act("begin_batch", 1, value=False)), valid=[1, 1]))
def test_one_no(student, s):
    """One false answer of one callback skips what it is there to skip, and nothing else"""
    trace, _ = run(student, s)
    unvalidated = any(a["event"] == "begin_validate" for cb in s["callbacks"] for a in cb["acts"])
    check_course(s, trace, cut(s), unjudged=("after_fit", *["after_epoch"] * unvalidated))
    check_modes(s, trace)


@points(
    3,
    function="fit",
    hint="Who sets learn.stop, who reads it, who clears it, and when?",
    handout=(
        ("A callback can also end the current loop over batches: it sets learn.stop = True."),
        "cb.do_stop() YES: no more batches. Asked after every batch",
    ),
)
@few_examples(12)
@given(s=one_act(stops(IN_BATCH, latest=11), most_epochs=1, most_batches=12, most_items=1))
@example(s=script(callback(act("after_step", 9, does="stop")), train=[1] * 12))
@example(s=script(callback(act("begin_batch", 0, does="stop")), train=[1] * 3))
@example(s=script(callback(act("after_loss", 0, does="stop")), train=[1]))
def test_ten_steps(student, s):
    """A callback that sets learn.stop in the tenth training batch ends training after ten steps, for any ten"""
    trace, _ = run(student, s)
    n = len(s["train"])
    (a,) = [a for cb in s["callbacks"] for a in cb["acts"]]
    came = [details["batch"] for what, details in trace if what == "forward" and details["batch"] < n]
    steps, due = sum(what == "step" for what, _ in trace), min(a["nth"] + 1, n)
    require(
        came == list(range(due)),
        f"{narrate(s)}:\n{len(came)} training batches went through the model, expected {due}",
    )
    require(steps == due, f"{narrate(s)}:\nthe optimizer stepped {steps} times, expected {due}")


refused = answers([*ANSWERED, "after_fit"], ANY_NO, latest=1)
breaking = raises(ANSWERED, latest=1)


@points(
    2,
    function="fit",
    band="robust",
    hint="Two places see to this: one in fit, one in the handler.",
    handout=(
        "it is called at the end of every fit and reaches every callback",
        "Nothing catches an exception: it reaches the caller.",
    ),
)
@given(s=one_act(st.one_of(refused, breaking, stops(IN_BATCH, latest=1))))
@example(s=script(callback(act("begin_fit", value=False)), callback()))
@example(s=script(callback(act("after_fit", value=False)), callback()))
@example(s=script(callback(act("begin_epoch", value=False)), callback(derived=False)))
@example(s=script(callback(), callback(act("begin_fit", does="raise", value="RuntimeError")), callback()))
@example(
    s=script(
        callback(act("after_backward", does="raise", value="KeyboardInterrupt"), derived=False), callback()
    )
)
@example(
    s=script(callback(), callback(act("begin_validate", does="raise", value="AttributeError")), epochs=2)
)
def test_after_fit_reaches_every_callback(student, s):
    """after_fit reaches every callback once, at the end, however the fit ended; exceptions reach the caller"""
    trace, over = run(student, s)
    asked = [details for what, details in trace if what == "asked"]
    raised = next(
        (a["value"] for cb in s["callbacks"] for a in cb["acts"] if any(d["raises"] for d in asked)), None
    )
    ending = [(d["event"], name_of(d["cb"])) for d in asked]
    reached = ", ".join(who for event, who in ending if event == "after_fit") or "nobody"
    everybody = ", ".join(name_of(i) for i in range(len(s["callbacks"])))
    require(reached == everybody, f"{narrate(s)}:\nafter_fit reached {reached}; expected: {everybody}")
    last = ending[-len(s["callbacks"])][0]
    require(last == "after_fit", f"{narrate(s)}:\nafter after_fit, {last} was asked")
    came = over["raised"] or "no exception"
    require(over["raised"] == raised, f"{narrate(s)}:\nthe caller got {came}, expected {raised or 'none'}")


early = st.one_of(answers(ANSWERED, [False], latest=0), stops(IN_BATCH, latest=0), raises(ANSWERED, latest=0))


@points(
    2,
    function="fit",
    band="robust",
    hint="What has to be set anew when a fit begins?",
    handout="A second fit, with the same or another learner, is a whole one, however the first one ended.",
)
@few_examples(12)
@given(s=one_act(early), new=st.integers(0, 1))
@example(s=script(callback(), epochs=2, train=[1, 1]), new=1)
@example(s=script(callback(act("after_loss", does="stop")), train=[1, 1]), new=1)
@example(s=script(callback(act("begin_validate", does="raise", value="RuntimeError"))), new=0)
@example(s=script(callback(act("after_backward", does="raise", value="RuntimeError"))), new=1)
@example(s=script(callback(act("begin_fit", value=False)), epochs=2), new=0)
def test_a_second_fit(student, s, new):
    """A second fit with the same handler is a whole one, however the first one ended"""
    told_twice = code(s, TWICE + (LEARNER if new else "") + FIT)
    _, (*second, _) = student.run("fit", s, True, None, True, [1, new], as_python=told_twice)
    what = f"; then a second fit, with {'another' if new else 'the same'} learner"
    check_course(s, second, heard(s, whole_course(s)), what)
    check_modes(s, second, what)
