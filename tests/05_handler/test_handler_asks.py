"""CallbackHandler passes questions on. It is called as a fit calls it, with callbacks that derive from nothing.

A weaker suite lets pass: the last answer counts instead of the first no, callbacks asked after a no (the answer is the
same), `is not True`, None taken for a yes, the order of names or the reverse, a landmark that is not passed on,
after_fit like all the others.
"""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few, points, require
from grader.suite.scripts import (
    EXCEPTIONS,
    FALSY,
    TRUTHY,
    act,
    as_python,
    callback,
    name_of,
    script,
    told,
)

PARAMETERS = {"begin_fit": "learn", "begin_epoch": "epoch", "begin_batch": "xb, yb", "after_loss": "loss"}
TRAINING = ["begin_batch", "after_loss", "after_backward", "after_step"]
LANDMARKS = ["begin_fit", "begin_epoch", *TRAINING, "begin_validate", "after_epoch"]
NO = FALSY[::-1]


def course(epochs: int = 2, train: int = 2, valid: int = 1) -> list[list]:
    """What a fit in which all goes on calls of its handler: [method, number of the epoch or batch]."""
    halves = [
        (["begin_validate", 0] if k == train else None, [[event, k] for event in events])
        for k in range(train + valid)
        for events in [(*TRAINING, "do_stop") if k < train else (*TRAINING[:2], "do_stop")]
    ]
    epoch = [call for before, batch in halves for call in ([before] if before else []) + batch]
    if not valid:
        epoch.append(["begin_validate", 0])
    each = [[["begin_epoch", i], *epoch, ["after_epoch", i]] for i in range(epochs)]
    return [["begin_fit", 0], *(call for calls in each for call in calls), ["after_fit", 0]]


def up_to(event: str, nth: int) -> list[list]:
    """The course up to the nth time that the landmark comes, in training if it is after_loss."""
    calls = course(epochs=nth + 1)
    places = [
        k
        for k, (name, k_batch) in enumerate(calls)
        if name == event and (name != "after_loss" or k_batch < 2)
    ]
    return calls[: places[nth] + 1]


def told_call(name: str, number: int) -> str:
    arguments = str(number) if name == "begin_epoch" else PARAMETERS.get(name, "")
    return f"handler.{name}({arguments})"


def code(s, calls: list[list], handler: str = "CallbackHandler({callbacks})") -> str:
    given, lines, batch = s, [], None
    for name, number in calls:
        if name == "begin_batch" and number != batch:
            lines.append(f"(xb, yb), batch = (train_dl.batches + valid_dl.batches)[{number}], {number}")
            batch = number
        lines.append("learn.stop = True" if name == "stop" else f"print({told_call(name, number)})")
    plain = {**given, "callbacks": [{**cb, "derived": False} for cb in given["callbacks"]]}
    run = (
        "from types import SimpleNamespace as Bag\nloss = torch.tensor(1.0)\n"
        "learn = Bag(model=model, opt=opt, loss_func=loss_func, data=Bag(train_dl=train_dl, valid_dl=valid_dl))\n"
        f"handler = {handler}\n"
    )
    events = [*LANDMARKS, "after_fit"]
    options = {"parameters": PARAMETERS, "stop": "learn.stop = True", "otherwise": "return True"}
    return as_python(plain, run + "\n".join(lines), events, **options)


def handle(
    student, cbs: list, calls: list[list], *, given: str = "list", odd: bool = False
) -> tuple[list, dict]:
    """The report on each call, and on the rest. Without a word on it, callbacks derive from nothing here."""
    s = script(*[{**cb, "derived": False} for cb in cbs], train=[1, 1], valid=[1])
    handler = {
        "list": "CallbackHandler({callbacks})",
        "none": "CallbackHandler(None)",
        "nothing": "CallbackHandler()",
    }
    report = student.run(
        "handle", s, calls, given, odd, as_python=None if odd else code(s, calls, handler[given])
    )
    return report["calls"], report


def names(numbers: list[int]) -> str:
    return ", ".join(name_of(i) for i in numbers) or "nobody"


def check_goes_on(calls: list[list], reports: list[dict], n: int, at: str) -> None:
    """Every callback heard every question, in order, and the handler says yes."""
    for (name, number), report in zip(calls, reports, strict=True):
        if name in ("do_stop", "after_fit") or (name == "after_loss" and number >= 2):
            continue
        heard = [entry["cb"] for entry in report["heard"]]
        require(
            heard == list(range(n)),
            f"{at}:\n{name} reached {names(heard)}; expected: {names(list(range(n)))}",
        )
        require(report["answer"], f"{at}:\nall callbacks say yes at {name}, but handler.{name} says no")


def check_asked(student, event: str, nth: int, values: list, *, odd: bool = False) -> None:
    """At this moment callback i answers values[i], before it all answer True."""
    cbs, calls = [callback(act(event, nth, value=value)) for value in values], up_to(event, nth)
    reports, _ = handle(student, cbs, calls, odd=odd)
    at = told(script(*cbs))
    check_goes_on(calls[:-1], reports[:-1], len(values), at)
    first_no = next((i for i, value in enumerate(values) if not value), None)
    due = list(range(len(values) if first_no is None else first_no + 1))
    heard = [entry["cb"] for entry in reports[-1]["heard"]]
    require(heard == due, f"{at}:\nhandler.{event} asked {names(heard)}; expected: {names(due)}")
    came, right = reports[-1]["answer"], first_no is None
    require(
        came == right,
        f"{at}:\nhandler.{event} says {'yes' if came else 'no'}, expected {'yes' if right else 'no'}",
    )


landmarks = st.sampled_from(LANDMARKS)


@points(
    3,
    of="CallbackHandler",
    hint="In the order of the list, as far as the first false answer. `all` does that, too.",
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


@points(1, of="CallbackHandler", hint="What is false for `if`? Nothing more is a no, nothing less.")
@pytest.mark.parametrize("value", [*TRUTHY, *FALSY], ids=repr)
def test_true_is_what_is_true_for_if(student, value):
    """A callback's answer is a no when it is false for `if`, as None is:"""
    for event in ("begin_batch", "after_backward"):
        check_asked(student, event, 0, [value, True])


@points(2, of="CallbackHandler", hint="What each method is given it hands on, as it is.")
@given(n=st.integers(1, 3), epochs=st.integers(1, 2), train=st.integers(1, 2), valid=st.integers(0, 1))
@example(n=1, epochs=1, train=1, valid=1)
@example(n=2, epochs=2, train=2, valid=1)
def test_what_callbacks_are_told(student, n, epochs, train, valid):
    """Every landmark reaches every callback, with the learner, epoch, batch or loss itself; handler.learn is there"""
    calls = [
        [name, k + 2 - train] if name in (*TRAINING, "do_stop") and k >= train else [name, k]
        for name, k in course(epochs, train, valid)
    ]
    reports, _ = handle(student, [callback()] * n, calls)
    at = told(script(*[callback()] * n))
    check_goes_on(calls, reports, n, at)
    for (name, number), report in zip(calls, reports, strict=True):
        for entry in report["heard"]:
            due = {"begin_fit": True, "begin_epoch": number, "begin_batch": number, "after_loss": True}.get(
                name
            )
            who = name_of(entry["cb"])
            require(
                entry["given"] == due,
                f"{at}:\nhandler.{name} has to hand {PARAMETERS.get(name, 'nothing')} on to {who} as it is"
                + (f", but {entry['given']} came for {due}" if name == "begin_epoch" else ""),
            )
        if name != "after_fit":
            require(
                report["learn"], f"{at}:\nafter handler.{name}, handler.learn is not the learner of this fit"
            )
    heard = [entry["cb"] for entry in reports[-1]["heard"]]
    require(
        heard == list(range(n)), f"{at}:\nafter_fit reached {names(heard)}; expected: {names(list(range(n)))}"
    )


@points(1, of="CallbackHandler", hint="What does `CallbackHandler()` ask? And what does it say then?")
@pytest.mark.parametrize("given", ["nothing", "none", "list"], ids=["()", "(None)", "([])"])
def test_without_callbacks(student, given):
    """A handler without callbacks lets everything go on:"""
    calls = course()
    reports, _ = handle(student, [], calls, given=given)
    check_goes_on(calls, reports, 0, "with no callback")


@points(
    3,
    of="CallbackHandler",
    band="robust",
    hint="after_fit is for cleaning up. Whom may it leave out, and when?",
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
        f"{told(script(*cbs))}:\nhandler.after_fit, after {event}, reached {names(heard)}; expected: {names(due)}",
    )


@points(1, of="CallbackHandler", band="robust", hint="Catch nothing.")
@few(10)
@given(event=landmarks, error=st.sampled_from(EXCEPTIONS), n=st.integers(0, 1))
@example(event="begin_batch", error="AttributeError", n=0)
@example(event="after_epoch", error="RuntimeError", n=1)
def test_exceptions_of_callbacks(student, event, error, n):
    """An exception of a callback passes through the handler, and is no answer"""
    cbs = [*[callback()] * n, callback(act(event, does="raise", value=error)), callback()]
    reports, _ = handle(student, cbs, up_to(event, 0))
    came = reports[-1]["raised"] or "no exception"
    require(came == error, f"{told(script(*cbs))}:\nhandler.{event} raised {came}, expected {error}")


@points(
    1, of="CallbackHandler", band="robust", hint="Ask them. There is no need to compare, count or weigh them."
)
@few(10)
@given(event=landmarks, values=st.lists(st.booleans(), min_size=1, max_size=3))
@example(event="begin_batch", values=[False])
@example(event="begin_fit", values=[True, True, False])
def test_odd_callbacks(student, event, values):
    """Callbacks may be of any class: even of one whose objects are false for `if`, all equal, and without a hash"""
    check_asked(student, event, 0, values, odd=True)


@points(
    1,
    of="CallbackHandler",
    band="robust",
    hint="A list that is a default, or on the class, is one list for all.",
)
@few()
@given(n=st.integers(0, 2))
@example(n=0)
@example(n=1)
def test_each_handler_its_own_callbacks(student, n):
    """Handlers made later change nothing for one that is there, and the list that it was given stays as it is"""
    calls = [["others", 0], *course(), ["others", 0], *course()]
    reports, report = handle(student, [callback()] * n, calls, given="list" if n else "nothing")
    ours = [(call, entry) for call, entry in zip(calls, reports, strict=True) if call[0] != "others"]
    at = f"a handler with {n or 'no'} callback{'s' * (n != 1)}, after two more were made, one with a callback of its own"
    for (name, number), entry in ours:
        foreign = [e["cb"] for e in entry["heard"] if e["cb"] >= n]
        require(not foreign, f"{at}:\nits {name} reached the other handler's callback")
    check_goes_on([call for call, _ in ours], [entry for _, entry in ours], n, at)
    require(report["list"], f"{at}:\nthe list of callbacks that it was given was changed")
