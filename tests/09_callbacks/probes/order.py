"""The order of callbacks: sort_callbacks, and who hears an event first in a fit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import Any

from grader.box.names import lookup
from grader.box.probes.training_loop import Trace

from .common import EVENTS, learner, number, watching


def _wishing(
    module: ModuleType, wishes: list[dict[str, Any]], kind: str, bodies: list[dict[str, Any]]
) -> list[Any]:
    """A callback for each of the wishes {"before": [numbers], "after": [numbers]}, of a class of its own.

    In place of a number there may be the name of a class of the submission's, "Recorder".
    kind: "class": a class that is wished for alone stands without a list
    """
    classes: list[Any] = [
        type(chr(ord("A") + i), (lookup(module, "Callback"),), body) for i, body in enumerate(bodies)
    ]
    for cls, wish in zip(classes, wishes, strict=True):
        for name, numbers in (("run_before", wish["before"]), ("run_after", wish["after"])):
            wanted = [lookup(module, k) if isinstance(k, str) else classes[k] for k in numbers]
            if len(wanted) == 1 and kind == "class":
                setattr(cls, name, wanted[0])
            elif wanted:
                setattr(cls, name, wanted)
    return [cls() for cls in classes]


def sort(module: ModuleType, wishes: list[dict[str, Any]], given: list[int], kind: str) -> dict[str, Any]:
    """sort_callbacks of the wishing callbacks, given in that order: their numbers in the result (None for what was not
    given), and whether the list that was given is as it was."""
    cbs = _wishing(module, wishes, kind, [{} for _ in wishes])
    before = [cbs[i] for i in given]
    argument = list(before)
    result = list(lookup(module, "sort_callbacks")(argument))
    numbers = [next((i for i, cb in enumerate(cbs) if cb is one), None) for one in result]
    same = len(argument) == len(before) and all(a is b for a, b in zip(argument, before, strict=False))
    return {"order": numbers, "unchanged": same}


def sort_special(
    module: ModuleType, wishes: list[dict[str, Any]], given: list[int], classes: list[int], how: str
) -> list[int | None]:
    """sort_callbacks of one object of each of the classes, which have the wishes; as numbers, in the order that comes.

    how: "class": as ever; "names a base class": wishes name a base class of each class; "inherited": objects are of
    classes derived from those with the wishes; "set on the object": the wishes stand on the objects
    """
    base = [type(chr(ord("A") + i), (lookup(module, "Callback"),), {}) for i in range(len(wishes))]
    plain = how in ("class", "set on the object")
    own = base if plain else [type(f"{cls.__name__}Derived", (cls,), {}) for cls in base]
    cbs = [own[c]() for c in classes]
    for i, wish in enumerate(wishes):
        for name, numbers in (("run_before", wish["before"]), ("run_after", wish["after"])):
            wanted = [base[k] if how == "names a base class" else own[k] for k in numbers]
            holders = (
                [cb for cb, c in zip(cbs, classes, strict=True) if c == i]
                if how.startswith("set")
                else [base[i] if how == "inherited" else own[i]]
            )
            for holder in holders if wanted else []:
                setattr(holder, name, wanted)
    result = list(lookup(module, "sort_callbacks")([cbs[i] for i in given]))
    return [next((i for i, cb in enumerate(cbs) if cb is one), None) for one in result]


OWN = ("TrainEvalCallback", "Recorder")


def order_in_fit(
    module: ModuleType, wishes: list[dict[str, Any]], given: list[int], kind: str
) -> dict[str, Any]:
    """In which order the learner's callbacks hear each event of a fit, by event: the numbers of the wishing ones, and
    the names of the two that are there unasked."""
    heard: dict[str, list[Any]] = {}

    def body(i: int) -> dict[str, Any]:
        def method(event: str) -> Any:
            return lambda self: heard.setdefault(event, []).append(i)

        return {event: method(event) for event in EVENTS}

    with ExitStack() as listening:
        for name in OWN:
            listening.enter_context(_listen(lookup(module, name), name, heard))
        cbs = _wishing(module, wishes, kind, [body(i) for i in range(len(wishes))])
        learner(module, Trace(), [1], [1], [cbs[i] for i in given]).fit(1)
    return heard


@contextmanager
def _listen(cls: Any, name: str, heard: dict[str, list[Any]]) -> Iterator[None]:
    """Have callbacks of the class note the events that they hear, under that name."""
    own = {event: vars(cls).get(event) for event in EVENTS}
    busy = False

    def method(event: str, original: Any) -> Any:
        def method(self: Any) -> None:
            nonlocal busy
            if not busy:  # else one of its methods calls another one, and no event came
                heard.setdefault(event, []).append(name)
            busy, before = True, busy
            try:
                if original is not None:
                    original(self)
            finally:
                busy = before

        return method

    for event in EVENTS:
        setattr(cls, event, method(event, getattr(cls, event, None)))
    try:
        yield
    finally:
        for event, original in own.items():
            if original is None:
                delattr(cls, event)
            else:
                setattr(cls, event, original)


def after_the_own(module: ModuleType, sizes: list[int], kind: str) -> dict[str, Any]:
    """What callbacks find that want to run after TrainEvalCallback, and after Recorder.

    "modes": [event, learn.training, model.training] at before_train and before_validate;
    "smooth": learn.smooth_loss at after_batch of each training batch; "losses": what the loss function gave.
    """
    trace = Trace()
    report: dict[str, Any] = {"modes": [], "smooth": []}

    def wish(name: str) -> Any:
        cls = lookup(module, name)
        return {"run_after": {"class": cls, "list": [cls]}[kind]}

    def mode(event: str) -> Any:
        return lambda self: report["modes"].append([event, self.training, self.model.training])

    def smooth(self: Any) -> None:
        if self.training:
            report["smooth"].append(number(getattr(self.learn, "smooth_loss", None)))

    one = watching(
        module,
        wish("TrainEvalCallback"),
        before_train=mode("before_train"),
        before_validate=mode("before_validate"),
    )
    two = watching(module, wish("Recorder"), after_batch=smooth)
    learner(module, trace, sizes, [1], [two, one]).fit(1)
    report["losses"] = [details["value"] for what, details in trace.entries if what == "loss"][: len(sizes)]
    return report
