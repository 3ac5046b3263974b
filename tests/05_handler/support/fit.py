"""Cases, strategies and checks of test_fit.py."""

from collections.abc import Sequence

from hypothesis import strategies as st

from grader.suite import require
from grader.suite.training.narration import as_python, narrate
from grader.suite.training.scripts import answers, callback, scripts

from .common import NO, PARAMETERS

ASKED = ["begin_fit", "begin_epoch", "begin_validate", "after_epoch", "after_fit"]
TRAINS, VALIDATES = "training batches", "validation batches"
# A false answer at the one goes on at the first of the others that comes; what lies between is skipped.
GOES_ON_AT = {
    "begin_fit": ["after_fit"],
    "begin_epoch": ["begin_epoch", "after_fit"],
    "begin_validate": ["after_epoch"],
    "after_epoch": ["after_fit"],
}
# The handler as a program: A stands in for it.
PLAIN = """    learn = property(lambda self: learn); in_train = property(lambda self: model.training)
    def do_stop(self): stop, learn.stop = learn.stop, False; return stop
    def __getattr__(self, landmark): return lambda *_, **__: print("A hears", landmark) or self.goes_on(landmark)
    def goes_on(self, landmark):
        if landmark in ("begin_epoch", "begin_validate"): model.train(landmark == "begin_epoch")
        return YES if landmark != "after_loss" or model.training else False"""
RUN = (
    "from types import SimpleNamespace as Bag\ndata = Bag(train_dl=train_dl, valid_dl=valid_dl)\n"
    "learn = Bag(model=model, opt=opt, loss_func=loss_func, data=data, stop=False)\n"
    "(cb,) = {callbacks}\nfit({epochs}, learn, cb)"
)


def code(s, yes: object = True) -> str:
    return as_python(
        {**s, "callbacks": [{**cb, "derived": False, "hears": "acts"} for cb in s["callbacks"]]},
        RUN,
        parameters=PARAMETERS,
        otherwise="return self.goes_on('{event}')",
        plain=PLAIN.replace("YES", repr(yes)),
    )


def story(s) -> str:
    return "fit, " + narrate(s).replace("one callback, which", "a handler that")


def words(s, trace: list) -> list[str]:
    """What was asked of the handler, and from which data batches were drawn in between."""
    seen: list[str] = []
    for what, details in trace:
        if what == "draw":
            half = TRAINS if details["batch"] < len(s["train"]) else VALIDATES
            seen += [half] if seen[-1:] != [half] else []
        elif what == "asked" and details["event"] in ASKED:
            seen.append(details["event"])
    return seen


def course(s) -> list[str]:
    """The whole course, without halves that have no batches."""
    epoch = [
        *("begin_epoch", *[TRAINS][: len(s["train"])]),
        *("begin_validate", *[VALIDATES][: len(s["valid"])], "after_epoch"),
    ]
    return ["begin_fit", *epoch * s["epochs"], "after_fit"]


def cut(s) -> list[str]:
    """The course, after what the script's only answer skips."""
    due, (a,) = course(s), s["callbacks"][0]["acts"]
    places = [k for k, word in enumerate(due) if word == a["event"]]
    if a["nth"] < len(places):
        start = places[a["nth"]] + 1
        due[start:] = due[next(k for k in range(start, len(due)) if due[k] in GOES_ON_AT[a["event"]]) :]
    return due


def check(s, got: list[str], due: list[str], what: str = "") -> None:
    if got != due:
        k = next(k for k, (g, d) in enumerate(zip([*got, ""], [*due, ""], strict=False)) if g != d)
        last = f"after {got[k - 1]}" if k else "at the very beginning"
        came, right = (f"{ws[k]} came" if k < len(ws) else "nothing more came" for ws in (got, due))
        require(False, f"{story(s)}{what}:\n{last}, {came}; expected: {right.removesuffix(' came')}")


def check_fit(student, s, due: list[str], *, unjudged: Sequence[str] = ()) -> list:
    """unjudged: landmarks that may come or not."""
    (trace,) = student.run("fit", s, as_python=code(s))
    got = words(s, trace)
    got, due = ([word for word in some if word not in unjudged] for some in (got, due))
    check(s, got, due)
    return trace


def one_answer(events: list[str], latest: int, values: tuple = NO) -> st.SearchStrategy:
    one = answers(events, values, latest=latest).map(callback)
    return scripts(one, least_callbacks=1, most_callbacks=1, most_epochs=3, most_batches=2)


def check_gradients(s, trace: list, what: str = "") -> None:
    for k, details in trace:
        if k == "forward" and details["batch"] is not None:
            training = details["batch"] < len(s["train"])
            half, due = ("training", "on") if training else ("validation", "off")
            came = "on" if details["grad"] else "off"
            require(came == due, f"{story(s)}{what}:\ngradients are {came} in {half}, expected {due}")
