"""Cases, strategies and checks of test_asking.py."""

from grader.suite import require
from grader.suite.training.narration import as_python, name_of, narrate
from grader.suite.training.scripts import callback, script

from .common import RUN

EVENTS = [
    *("begin_fit", "begin_epoch", "begin_batch", "after_pred", "after_loss", "after_backward", "after_step"),
    *("after_batch", "begin_validate", "after_epoch", "after_fit"),
]


def rounds(trace: list) -> list[tuple[str, dict[int, bool]]]:
    """The events of a trace, each with the callbacks that were asked, and whether their answer was true.

    An event's end is where the next one begins: another event, or one of which somebody hears for the second time.
    """
    found: list[tuple[str, dict[int, bool]]] = []
    for what, details in trace:
        if what == "asked":
            event, cb = details["event"], details["cb"]
            if not found or found[-1][0] != event or cb in found[-1][1]:
                found.append((event, {}))
            found[-1][1][cb] = details["true"]
    return found


def hears(cb, event: str) -> bool:
    return cb["hears"] == "all" or any(a["event"] == event for a in cb["acts"])


def named(numbers: list[int]) -> str:
    return ", ".join(map(name_of, numbers))


def check_rounds(student, script, **options) -> list:
    """At each event those that hear of it are asked by _order, up to the first one with a true answer. The trace."""
    code = as_python(script, RUN, EVENTS) if "order_of" not in options else None
    ((*trace, _),) = student.run("fit", script, as_python=code, **options)
    cbs = script["callbacks"]
    for event, answered in rounds(trace):
        got = list(answered)
        at = f"{narrate(script)}:\nat {event}, these were asked, in this order: {named(got)}; "
        in_order = sorted(got, key=lambda i: (cbs[i]["order"] or 0, i))
        require(got == in_order, f"{at}expected: {named(in_order)}")
        early = [i for i in got[:-1] if answered[i]]
        require(not early, f"{at}but {named(early)} had answered true, which ends the asking")
        left = [i for i, cb in enumerate(cbs) if hears(cb, event) and i not in got]
        require(
            not left or answered[got[-1]],
            f"{at}but nobody had answered true, and {named(left)} was not asked",
        )
    return trace


def check_place_of_the_runners_own(student, order: int | None) -> None:
    """What a callback of that _order sees of in_train, of the model's mode, and of n_iter after a batch."""
    s = script(callback(order=order), epochs=2, train=[1, 1], valid=[1])
    ((*trace, _),) = student.run("fit", s, as_python=as_python(s, RUN, EVENTS))
    late, batches = (order or 0) >= 0, 0
    for what, state in trace:
        if what != "asked":
            continue
        event, epoch = state["event"], state["epoch"]
        at = f"{narrate(s)}:\nat {event} of epoch {epoch}, the callback of _order {order or 0} found "
        if event == "begin_validate" or (event == "begin_epoch" and (late or epoch)):
            training = (event == "begin_epoch") is late
            mode = {"runner.in_train": state["in_train"], "model.training": state["training"]}
            for name, got in mode.items():
                require(got is training, f"{at}{name} {got!r}, expected {training}")
        elif event == "after_batch" and state["in_train"]:
            batches += 1
            due, got = batches - (not late), state["n_iter"]
            require(got == due, f"{at}runner.n_iter {got!r} after {batches} training batches, expected {due}")
    require(batches == 4, f"{narrate(s)}:\nafter_batch came in {batches} training batches, expected 4")
