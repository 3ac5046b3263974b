"""Cases, strategies and checks of test_state.py."""

from grader.suite import require
from grader.suite.training.narration import as_python, narrate

from .common import RUN, asked


def begun_batches(student, s) -> list[tuple[dict, bool, int, int]]:
    """For each batch of a fit: the state at begin_batch, whether it is one of training, its epoch, its number there."""
    ((*trace, _),) = student.run("fit", s, as_python=as_python(s, RUN, ["begin_batch"]))
    where = [
        (training, epoch, k)
        for epoch in range(s["epochs"])
        for training, sizes in ((True, s["train"]), (False, s["valid"]))
        for k in range(len(sizes))
    ]
    states = asked(trace, "begin_batch")
    require(
        len(states) == len(where), f"{narrate(s)}:\n{len(states)} batches were begun, expected {len(where)}"
    )
    return [(state, *place) for state, place in zip(states, where, strict=True)]


def batch_name(training: bool, epoch: int, k: int) -> str:
    return f"{'training' if training else 'validation'} batch {k} of epoch {epoch}"


def before_and_after(student, sizes, event, change) -> list[tuple[dict, dict]]:
    """forward, loss, backward of each batch: as it is, and with a callback that changes the runner's attributes."""
    plain, changed = (student.run("meddle", sizes, event, c) for c in ({}, change))
    keep = ("forward", "loss", "backward")
    pairs = [[entry for entry in trace if entry[0] in keep] for trace in (plain, changed)]
    same = [e[0] for e in pairs[0]] == [e[0] for e in pairs[1]]
    require(same, f"a callback that changes {sorted(change)} at {event} changes the course of the fit")
    return list(zip(*pairs, strict=True))
