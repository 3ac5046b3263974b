"""Cases, strategies and checks of test_whole.py."""

from hypothesis import strategies as st

from grader.suite import require
from grader.suite.training.narration import as_python, first_difference, moments, name_of, narrate
from grader.suite.training.scripts import (
    Script,
    callback,
    scripts,
)

from .common import ANY_CLASS, DERIVED, IN_BATCH, LANDMARKS, PLAIN

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
LEARNER = "learn = Learner(model, opt, loss_func, DataBunch(train_dl, valid_dl))\n"
FIT = "fit({epochs}, learn, handler)"
HANDLER = LEARNER + "handler = CallbackHandler({callbacks})\n"
ONCE = HANDLER + FIT


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


def check_course(
    s: Script, trace: list, due: list[str], what: str = "", *, unjudged: tuple[str, ...] = ()
) -> None:
    """unjudged: landmarks that may come or not."""
    got = moments(trace, by_name=True)
    got, due = ([word for word in some if word.split()[-1] not in unjudged] for some in (got, due))
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
