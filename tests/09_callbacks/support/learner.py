"""Cases, strategies and checks of test_learner.py."""

from grader.suite import require


def before_and_after(student, sizes, event, change) -> list[tuple[dict, dict]]:
    """forward, loss, backward of each batch: as it is, and with a callback that changes the learner's attributes."""
    plain, changed = (student.run("meddle", sizes, event, c) for c in ({}, change))
    pairs = [
        [entry for entry in trace if entry[0] in ("forward", "loss", "backward")]
        for trace in (plain, changed)
    ]
    same = [e[0] for e in pairs[0]] == [e[0] for e in pairs[1]]
    require(
        same,
        f"a callback that changes {sorted(change)} of the learner at {event} changes the course of the fit",
    )
    return list(zip(*pairs, strict=True))


def check_loss(student, event, name, off) -> None:
    """A callback that adds 3 to what is called `name` changes every loss by `off`."""
    for (what, plain), (_, changed) in before_and_after(student, [1, 2], event, {name: (1.0, 3.0)})[:3]:
        if what == "loss":
            got = changed["value"] - plain["value"]
            text = (
                f"a callback added 3 to learn.{name} at {event}: the loss changed by {got:g}, expected {off}"
            )
            require(got == off, text)
