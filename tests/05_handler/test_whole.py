"""fit with everything of the student's: handler, learner, data, and callbacks of which some derive from Callback.

A weaker suite lets pass: parts that fit the tests' stand-ins and not each other, callbacks behind the first one left
out, a stop that ends training a step too late, callbacks that after_fit never reaches, a second fit that is spoilt by
how the first one ended.

What callbacks are asked at after_loss in validation is left open; so is what comes after a stop.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.training.narration import as_python, first_difference, moments, name_of, narrate
from grader.suite.training.scripts import (
    FALSY,
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
TRAINING = [
    *("begin_batch", "forward", "loss", "after_loss", "backward", "after_backward", "step", "after_step"),
    "zero_grad",
]
VALIDATION = ["begin_batch", "forward", "loss"]  # after_loss is not noted there
NEXT = ["begin_batch", "begin_validate"]
# A false answer at the one goes on at the first of the others that comes; what lies between is skipped.
GOES_ON_AT = {
    "begin_fit": ["after_fit"],
    "begin_epoch": ["begin_epoch", "after_fit"],
    "begin_batch": [*NEXT, "after_epoch"],
    "after_loss": NEXT,
    "after_backward": ["after_step"],
    "after_step": NEXT,
    "begin_validate": ["after_epoch"],
    "after_epoch": ["after_fit"],
}
NO = FALSY[::-1]
LEARNER = "learn = Learner(model, opt, loss_func, DataBunch(train_dl, valid_dl))\n"
FIT = "fit({epochs}, learn, handler)"
HANDLER = LEARNER + "handler = CallbackHandler({callbacks})\n"
ONCE = HANDLER + FIT
TWICE = f"{HANDLER}try: {FIT}\nexcept BaseException as error: print(repr(error))\nprint('again')\n"
PLAIN = """    def __getattr__(self, landmark): return lambda *_, **__: True"""
DERIVED, ANY_CLASS = "return super().{event}({arguments})", "return True"


def code(s: Script, call: str = ONCE) -> str:
    acted = {a["event"] for cb in s["callbacks"] for a in cb["acts"]} | {"after_fit"}
    told_at = [event for event in LANDMARKS if event in acted or len(acted) == 1]
    otherwise = DERIVED if all(cb["derived"] for cb in s["callbacks"]) else ANY_CLASS
    options = {"parameters": LANDMARKS, "stop": "learn.stop = True", "otherwise": otherwise, "plain": PLAIN}
    return as_python(s, call, told_at, **options)


def run(student, s: Script) -> tuple[list, dict]:
    """The trace of the only fit, and how it ended."""
    ((*trace, over),) = student.run("fit", s, True, as_python=code(s))
    return trace, over[1]


def whole_course(s: Script) -> list[str]:
    epoch = [
        *("begin_epoch", *TRAINING * len(s["train"])),
        *("begin_validate", *VALIDATION * len(s["valid"]), "after_epoch"),
    ]
    return ["begin_fit", *epoch * s["epochs"], "after_fit"]


def heard(s: Script, course: list[str], no: tuple[int, int] | None = None) -> list[str]:
    """The course with its landmarks as they reach each callback; no: (place, callback) of the only false answer."""
    everybody, words = range(len(s["callbacks"])), []
    for k, word in enumerate(course):
        asked = everybody[: no[1] + 1] if no and k == no[0] else everybody
        words += [f"{name_of(i)} hears {word}" for i in asked] if word in LANDMARKS else [word]
    return words


def cut(s: Script) -> list[str]:
    """What is heard after all that the only act, an answer, skips."""
    course = whole_course(s)
    ((i, a),) = [(i, a) for i, cb in enumerate(s["callbacks"]) for a in cb["acts"]]
    places = [k for k, word in enumerate(course) if word == a["event"]]
    if a["nth"] >= len(places):
        return heard(s, course)
    k = places[a["nth"]]
    course[k + 1 :] = course[
        next(j for j in range(k + 1, len(course)) if course[j] in GOES_ON_AT[a["event"]]) :
    ]
    return heard(s, course, (k, i))


def check_course(s: Script, trace: list, due: list[str], what: str = "", *, after_fit: bool = True) -> None:
    """after_fit: whether it is judged."""
    got = moments(trace, by_name=True)
    if not after_fit:
        got, due = ([word for word in some if not word.endswith("after_fit")] for some in (got, due))
    difference = first_difference(got, due)
    require(not difference, f"{narrate(s)}{what}:\n{difference}")


def check_modes(s: Script, trace: list, what: str = "") -> None:
    for word, details in trace:
        if word == "forward":
            training = details["batch"] < len(s["train"])
            half = "training" if training else "validation"
            at = f"{narrate(s)}{what}:\nwhen the model is called in {half}, "
            came = "train" if details["training"] else "eval"
            require(details["training"] == training, f"{at}it is in {came} mode")
            require(details["grad"] == training, f"{at}gradients are {'on' if details['grad'] else 'off'}")
        elif word == "asked" and details["event"] in IN_BATCH[1:]:
            require(
                details["in_train"] is not False,
                f"{narrate(s)}{what}:\nin training, handler.in_train is False",
            )


def one_act(acts: st.SearchStrategy, **options) -> st.SearchStrategy[Script]:
    """Scripts of one callback with an act, and perhaps a silent one before or after it."""
    derived = st.booleans().map(lambda plain: not plain)
    acting = st.builds(lambda a, own: callback(a, derived=own), acts, derived)
    silent = st.lists(derived.map(lambda own: callback(derived=own)), max_size=1)
    casts = st.builds(lambda before, cb, after: [*before, cb, *after], silent, acting, silent)
    runs = scripts(st.nothing(), most_callbacks=0, **options)
    return st.builds(lambda s, cast: {**s, "callbacks": cast}, runs, casts)


@points(2, function="fit", hint="Each part for itself is right? Then look at where two of them meet.")
@few_examples(8)
@given(s=scripts(callbacks(st.nothing(), most_acts=0, derived=(True, False))))
@example(s=script())
@example(s=script(callback(), callback(derived=False), epochs=2, train=[2, 1], valid=[1, 1]))
def test_the_whole_course(student, s):
    """Every callback hears every landmark of a fit, in order, with what is done in between"""
    trace, _ = run(student, s)
    check_course(s, trace, heard(s, whole_course(s)))
    check_modes(s, trace)


@points(2, function="fit", hint="Each part for itself is right? Then look at where two of them meet.")
@given(s=one_act(answers(ANSWERED, NO, latest=3)))
@example(s=script(callback(act("begin_batch", value=False)), train=[1, 1]))
@example(s=script(callback(), callback(act("after_backward", value=None), derived=False), callback()))
@example(s=script(callback(act("begin_epoch", value=False)), epochs=2))
@example(s=script(callback(act("begin_batch", 1, value=False)), valid=[1, 1]))
def test_one_no(student, s):
    """One false answer of one callback skips what it is there to skip, and nothing else"""
    trace, _ = run(student, s)
    check_course(s, trace, cut(s), after_fit=False)
    check_modes(s, trace)


@points(3, function="fit", hint="Who sets learn.stop, who reads it, who clears it, and when?")
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


refused = answers([*ANSWERED, "after_fit"], NO, latest=1)
breaking = raises(ANSWERED, latest=1)


@points(2, function="fit", band="robust", hint="Two places see to this: one in fit, one in the handler.")
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


@points(2, function="fit", band="robust", hint="What has to be set anew when a fit begins?")
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
