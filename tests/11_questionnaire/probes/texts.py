"""What a submission says about itself: its text, the name in it."""

from __future__ import annotations

import inspect
from types import ModuleType, SimpleNamespace
from typing import Any

from grader.box.names import lookup
from grader.endings import NotImplementedYet

from .common import entries, kind

CAP = 1000


def about(module: ModuleType) -> str:
    """The name at the top of the module, "" where there is none."""
    name = getattr(module, "STUDENT_ID", "")
    return name if isinstance(name, str) else str(name)


def source(module: ModuleType, function: str) -> str:
    """The text of the function, "" where Python can't find it."""
    try:
        return inspect.getsource(lookup(module, function))
    except (OSError, TypeError):
        return ""


def docstring(module: ModuleType, function: str) -> str:
    """The question, as it stands in the module."""
    return inspect.getdoc(lookup(module, function)) or ""


def events(module: ModuleType, names: list[str], as_class: bool) -> Any:
    """What q22_events returns for an object, or a class, with attributes of these names: its entries, or the name of
    its class where it has none. Of the class all but the first are those of a base."""
    base = type("events", (), dict.fromkeys(names[1:]))
    of_a_class = type("event", (base,), dict.fromkeys(names[:1]))
    event = of_a_class if as_class else SimpleNamespace(**dict.fromkeys(names))
    return entries(lookup(module, "q22_events")(event))


def lr_find(module: ModuleType, losses: list[float], start: float, end: float) -> dict[str, Any]:
    """f3_lr_find on a model whose losses are these, whatever the rate: what it "returned" and the rates "asked" for."""
    asked: list[float] = []

    def loss_at(lr: float) -> float:
        asked.append(lr)
        if len(asked) > CAP:
            raise RuntimeError("more rates were tried than were asked for")
        return losses[min(len(asked), len(losses)) - 1]

    return {"returned": lookup(module, "f3_lr_find")(loss_at, start, end, len(losses)), "asked": asked}


def stops(module: ModuleType, losses: list[float]) -> Any:
    """Return the answer of f3_stops to these losses."""
    return lookup(module, "f3_stops")(list(losses))


def answer(module: ModuleType, function: str) -> dict[str, Any]:
    """What the function returns, as its "value", and the "kind" of that; of a set the value is a sorted list."""
    value = lookup(module, function)()
    if isinstance(value, (set, frozenset)):
        return {"kind": kind(value), "value": sorted(value, key=str)}
    return {"kind": kind(value), "value": value}


def written_text(module: ModuleType, function: str) -> str | None:
    """What an earlier prediction says; None where it is not written, raises, or is no text."""
    try:
        text = lookup(module, function)()
    except (Exception, NotImplementedYet):
        return None
    return text if isinstance(text, str) else None
