"""The course of a fit: which events come in which order, and what each Cancel…Exception skips, at each event.

A weaker suite lets pass: after_batch only in the part that goes well, a cancelled epoch that ends the fit, an
exception caught one scope too far out, after_fit in `finally`, gradients that stay off after a cancelled validation.

The course of a fit that nobody cancels is a list of moments, made of the tables below. Each test cuts out of it what
the contract says is skipped, and compares.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import few_examples, points, require
from grader.suite.training.narration import as_python, first_difference, moments, narrate
from grader.suite.training.scripts import act, callback, raises, script, scripts

TRAINING = [
    *("before_batch", "forward", "after_pred", "loss", "after_loss", "backward", "after_backward", "step"),
    *("after_step", "zero_grad", "after_batch"),
]
VALIDATION = ["before_batch", "forward", "after_pred", "loss", "after_loss", "after_batch"]

# Each scope begins with before_…; cancelled anywhere, it goes on at after_cancel_…, and ends with after_….
SCOPE_OF = {
    "CancelBatchException": "batch",
    "CancelTrainException": "train",
    "CancelValidException": "validate",
    "CancelEpochException": "epoch",
    "CancelFitException": "fit",
}
INSIDE_OUT = ["batch", "train", "validate", "epoch", "fit"]
MIDWAY = ["after_pred", "after_loss", "after_backward", "after_step"]
EVENTS = [
    *("before_fit", "before_epoch", "before_train", "before_batch", "after_pred", "after_loss"),
    *("after_backward", "after_step", "after_cancel_batch", "after_batch", "after_cancel_train"),
    *("after_train", "before_validate", "after_cancel_validate", "after_validate"),
    *("after_cancel_epoch", "after_epoch", "after_cancel_fit", "after_fit"),
]
# At which events each exception is raised here. One that comes after its own scope's after_… is not judged.
IN_BATCH = ["before_batch", *MIDWAY]
TRAIN = ["before_train", *IN_BATCH, "after_batch"]
PLACES = {
    "CancelBatchException": IN_BATCH,
    "CancelTrainException": TRAIN,
    "CancelValidException": ["before_validate", "before_batch", "after_pred", "after_loss", "after_batch"],
    "CancelEpochException": ["before_epoch", *TRAIN, "after_train", "before_validate"],
    "CancelFitException": [
        *(
            "before_fit",
            "before_epoch",
            *TRAIN,
            "after_train",
            "before_validate",
            "after_validate",
            "after_epoch",
        ),
    ],
}
RUN = (
    "from types import SimpleNamespace as Bag\n"
    "dls = Bag(train=train_dl, valid=valid_dl)\n"
    "Learner(dls, model, loss_func, lambda params, lr: opt, 1.0, {callbacks}).fit({epochs})"
)


def whole_course(s) -> list[str]:
    epoch = [
        *("before_epoch", "before_train", *TRAINING * len(s["train"]), "after_train"),
        *("before_validate", *VALIDATION * len(s["valid"]), "after_validate", "after_epoch"),
    ]
    return ["before_fit", *epoch * s["epochs"], "after_fit"]


def place(course: list[str], event: str, nth: int) -> int | None:
    """Where the event comes for the nth time, None when it doesn't."""
    places = [k for k, moment in enumerate(course) if moment == event]
    return places[nth] if nth < len(places) else None


def inside(course: list[str], k: int, scope: str) -> bool:
    """Whether the scope has begun at moment k, and its after_ event has not come."""
    begun = [m for m in course[: k + 1] if m in (f"before_{scope}", f"after_{scope}")]
    return bool(begun) and begun[-1] == f"before_{scope}"


def cancelled(course: list[str], k: int, scope: str) -> list[str]:
    """The course when the scope is cancelled at moment k in it. Inner after_ events, which may come, are left out."""
    end = next(i for i in range(k, len(course)) if course[i] == f"after_{scope}")
    return [*course[: k + 1], f"after_cancel_{scope}", *course[end:]]


def without_open_events(got: list[str], course: list[str], k: int, scope: str) -> list[str]:
    """What came, without the after_ events of scopes inside of the cancelled one: whether they come is left open."""
    inner = [f"after_{s}" for s in INSIDE_OUT[: INSIDE_OUT.index(scope)] if inside(course, k, s)]
    got = list(got)
    for name in inner:
        if got[k + 1 : k + 2] == [name]:
            del got[k + 1]
    return got


def difference(got: list[str], expected: list[str]) -> str:
    """Where they part, in words, and in which epoch and batch that is; empty when they are the same."""
    text = first_difference(got, expected)
    if not text:
        return ""
    k = next(
        (i for i, (a, b) in enumerate(zip(got, expected, strict=False)) if a != b),
        min(len(got), len(expected)),
    )
    past = expected[:k]
    epoch = past.count("before_epoch") - 1
    if epoch < 0 or past[-1:] == ["after_epoch"] or "after_fit" in past:
        return text
    half = [i for i, m in enumerate(past) if m in ("before_train", "before_validate")]
    batch = past[half[-1] :].count("before_batch") - 1 if half else -1
    kind = "training" if half and past[half[-1]] == "before_train" else "validation"
    return f"{text}\n(in epoch {epoch}" + (f", {kind} batch {batch})" if batch >= 0 else ")")


def run(student, s, **options):
    """Moments of the only fit, and what it raised."""
    told_as = None if options else as_python(s, RUN, EVENTS)
    ((*trace, over),) = student.run("fit", s, as_python=told_as, **options)
    return moments(trace), over[1]["raised"]


def check(student, s, expected: list[str]) -> None:
    got, raised = run(student, s)
    require(raised is None, f"{narrate(s)}:\n{raised} reached the caller of fit, expected nothing")
    text = difference(got, expected)
    require(not text, f"{narrate(s)}:\n{text}")


def check_cancelled(student, s, **options) -> None:
    """One callback that raises one Cancel…Exception: what that skips, and nothing else."""
    course, (a,) = whole_course(s), s["callbacks"][0]["acts"]
    scope, k = SCOPE_OF[a["value"]], place(course, a["event"], a["nth"])
    if k is None or not inside(course, k, scope):
        return  # raised where its scope isn't open: not judged
    got, raised = run(student, s, **options)
    story = f"{narrate(s)}{', before TrainEvalCallback and Recorder' if options else ''}:\n"
    require(raised is None, f"{story}{raised} reached the caller of fit, expected nothing")
    text = difference(without_open_events(got, course, k, scope), cancelled(course, k, scope))
    require(not text, story + text)


def one(exception: str, latest: int = 2):
    """Scripts with one callback that raises it once."""
    acts = raises(PLACES[exception], [exception], latest=latest)
    return scripts(acts.map(callback), least_callbacks=1, most_callbacks=1, least_valid=1)


def at(exception: str, event: str, nth: int = 0, **options):
    return script(callback(act(event, nth, does="raise", value=exception)), **options)


def everywhere(exception: str):
    """Explicit examples: it is raised at each of its places, in the first batch and epoch of two."""

    def add(test):
        for event in PLACES[exception]:
            once_before = exception == "CancelValidException" and event != "before_validate"
            nth, batches = (2, [1, 1]) if once_before else (0, [1, 1])
            test = example(s=at(exception, event, nth, epochs=2, train=batches, valid=batches))(test)
            test = example(s=at(exception, event, nth // 2))(test)  # shorter, and tried first
        return test

    return add


@points(2, function="Learner", hint="Write the events down, in order, with what is done between them.")
@few_examples(8)
@given(s=scripts(st.just(callback()), least_callbacks=1, most_callbacks=1, least_valid=1))
@example(s=script(callback()))
@example(s=script(callback(), train=[2, 1], valid=[3]))
@example(s=script(callback(), epochs=2, train=[1, 1], valid=[1, 1]))
def test_the_course_of_a_fit(student, s):
    """A fit fires its events in order, with forward, loss, backward, step and zero_grad in their places"""
    check(student, s, whole_course(s))


@points(
    2,
    function="Learner",
    hint="What goes on when a batch is cancelled? after_cancel_batch, after_batch, next batch.",
)
@few_examples(10)
@given(s=one("CancelBatchException", latest=4))
@everywhere("CancelBatchException")
@example(s=at("CancelBatchException", "before_batch", 1, valid=[1, 1]))
@example(s=at("CancelBatchException", "after_loss", 1, valid=[1, 1]))
def test_cancel_batch(student, s):
    """CancelBatchException skips the rest of the batch; then come after_cancel_batch, after_batch, the next batch"""
    check_cancelled(student, s)


@points(
    2,
    function="Learner",
    hint="Training is cancelled. What of this epoch is left? after_train, and validation.",
)
@few_examples(10)
@given(s=one("CancelTrainException"))
@everywhere("CancelTrainException")
def test_cancel_train(student, s):
    """CancelTrainException skips this epoch's training; after_cancel_train and after_train follow, then validation"""
    check_cancelled(student, s)


@points(
    2,
    function="Learner",
    hint="Validation is cancelled. What is left? after_validate, after_epoch, the next epoch.",
)
@few_examples(10)
@given(s=one("CancelValidException"))
@everywhere("CancelValidException")
def test_cancel_validation(student, s):
    """CancelValidException skips the validation; then come after_cancel_validate, after_validate, after_epoch"""
    check_cancelled(student, s)


@points(
    2,
    function="Learner",
    hint="The epoch is cancelled. after_cancel_epoch, after_epoch, and the next one begins.",
)
@few_examples(10)
@given(s=one("CancelEpochException"))
@everywhere("CancelEpochException")
def test_cancel_epoch(student, s):
    """CancelEpochException skips the rest of the epoch; after_cancel_epoch and after_epoch follow, then the next one"""
    check_cancelled(student, s)


@points(
    2, function="Learner", hint="The fit is cancelled. What is left of it? after_cancel_fit and after_fit."
)
@few_examples(10)
@given(s=one("CancelFitException"))
@everywhere("CancelFitException")
def test_cancel_fit(student, s):
    """CancelFitException skips the rest of the fit, and after_cancel_fit and after_fit follow"""
    check_cancelled(student, s)


@points(
    1,
    function="Learner",
    band="robust",
    hint="What has a callback that never heard of this epoch, or fit, to go by?",
)
@few_examples(10)
@given(s=st.one_of(*map(one, SCOPE_OF)))
@example(s=at("CancelFitException", "before_fit"))
@example(s=at("CancelEpochException", "before_epoch"))
@example(s=at("CancelEpochException", "before_epoch", 1, epochs=2))
@example(s=at("CancelTrainException", "before_train"))
@example(s=at("CancelValidException", "before_validate"))
@example(s=at("CancelBatchException", "before_batch"))
def test_cancelled_before_the_others_hear_of_it(student, s):
    """A callback may cancel before TrainEvalCallback and Recorder hear the event: their after_ events do not mind"""
    check_cancelled(student, s, first=True)


@points(
    1,
    function="Learner",
    hint="Compare what you fire, and where, with the names that event has. They are given.",
)
def test_the_names_of_events(student):
    """The learner fires the 19 events that `event` has as attributes, under these names"""
    cancels = [at(exception, places[0]) for exception, places in PLACES.items()]
    got = student.run("fired", [script(callback()), *cancels])
    missing = [name for name in EVENTS if name not in got["listed"]]
    require(not missing, f"event, which is given, has no attribute {', '.join(missing)} any more")
    missing = [name for name in EVENTS if name not in got["heard"]]
    text = "in fits, of which each of the Cancel…Exceptions cancelled one, nobody heard of "
    require(not missing, text + ", ".join(missing))
