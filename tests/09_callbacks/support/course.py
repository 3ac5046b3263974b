"""Cases, strategies and checks of test_course.py."""

from hypothesis import example

from grader.suite import require
from grader.suite.training.narration import as_python, first_difference, moments, narrate
from grader.suite.training.scripts import callback, raises, scripts

from .common import RUN, at

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

# Where an exception's scope is not open: at its own after_ event, before its scope begins, or after it has ended.
OWN_ENDS = [(exception, f"after_{scope}") for exception, scope in SCOPE_OF.items()]
IN_TRAINING = [*TRAIN, "after_train"]
NOT_OPEN = [
    *OWN_ENDS,
    *(
        ("CancelBatchException", event)
        for event in ("before_fit", "before_epoch", "before_train", "after_train")
    ),
    *(
        ("CancelBatchException", event)
        for event in ("before_validate", "after_validate", "after_epoch", "after_fit")
    ),
    *(("CancelTrainException", event) for event in ("before_fit", "before_epoch", "before_validate")),
    *(("CancelTrainException", event) for event in ("after_validate", "after_epoch", "after_fit")),
    *(("CancelValidException", event) for event in ("before_fit", "before_epoch", *IN_TRAINING)),
    *(("CancelValidException", event) for event in ("after_epoch", "after_fit")),
    *(("CancelEpochException", event) for event in ("before_fit", "after_fit")),
]


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
    story = f"{narrate(s)}{', before Recorder' if options else ''}:\n"
    require(raised is None, f"{story}{raised} reached the caller of fit, expected nothing")
    text = difference(without_open_events(got, course, k, scope), cancelled(course, k, scope))
    require(not text, story + text)


def one(exception: str, latest: int = 2):
    """Scripts with one callback that raises it once."""
    acts = raises(PLACES[exception], [exception], latest=latest)
    return scripts(acts.map(callback), least_callbacks=1, most_callbacks=1, least_valid=1)


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


def outside(test):
    """Explicit examples: each exception at its own scope's after_ event, and where its scope has not begun."""
    for place in [
        *OWN_ENDS,
        ("CancelBatchException", "before_epoch"),
        ("CancelTrainException", "before_validate"),
    ]:
        test = example(s=at(*place))(test)
    return test
