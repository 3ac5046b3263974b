"""Scripts: training runs in which callbacks act at chosen moments. `narration` puts them into words.

A script is plain data, so that a probe can build it beside the submission:

    {"epochs": 1, "train": [2, 1], "valid": [1], "callbacks": [
        {"order": None, "derived": True, "hears": "all", "acts": [
            {"event": "after_backward", "nth": 0, "does": "answer", "value": True}]}]}

train, valid: sizes of the batches
order:   the callback's _order; None: it has none of its own
derived: whether its class is derived from the submission's Callback
hears:   "all": it has a method for every event; "acts": only for those of its acts
nth:     how often this callback was asked for this event before, from 0
does:    "answer" value, set "stop", or "raise" the built-in exception that is called value. A callback without
         an act for the moment gives the answer that lets everything go on, which the probe knows

Several acts at one moment happen in the order stop, raise, answer; of two answers the first one counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

from hypothesis import strategies as st

TRUTHY = (True, 1, "yes")
FALSY = (None, False, 0, "")
EXCEPTIONS = ("RuntimeError", "AttributeError", "KeyboardInterrupt")


class Act(TypedDict):
    event: str
    nth: int
    does: str
    value: Any


class ScriptedCallback(TypedDict):
    order: int | None
    derived: bool
    hears: str
    acts: list[Act]


class Script(TypedDict):
    epochs: int
    train: list[int]
    valid: list[int]
    callbacks: list[ScriptedCallback]


def act(event: str, nth: int = 0, does: str = "answer", value: Any = True) -> Act:
    """Return one act, for explicit examples."""
    return {"event": event, "nth": nth, "does": does, "value": value}


def callback(
    *acts: Act, order: int | None = None, derived: bool = True, hears: str = "all"
) -> ScriptedCallback:
    """Return one callback, for explicit examples."""
    return {"order": order, "derived": derived, "hears": hears, "acts": list(acts)}


def script(
    *callbacks: ScriptedCallback, epochs: int = 1, train: Sequence[int] = (1,), valid: Sequence[int] = (1,)
) -> Script:
    """Return one script, for explicit examples."""
    return {"epochs": epochs, "train": list(train), "valid": list(valid), "callbacks": list(callbacks)}


def answers(
    events: Sequence[str], values: Sequence[Any] = TRUTHY, *, latest: int = 2
) -> st.SearchStrategy[Act]:
    """Draw an answer out of `values` at one of `events`, up to the `latest`-th time; shrinks to the first of each."""
    return st.builds(act, st.sampled_from(events), st.integers(0, latest), value=st.sampled_from(values))


def stops(events: Sequence[str], *, latest: int = 2) -> st.SearchStrategy[Act]:
    """Draw an act that sets stop at one of `events`."""
    return st.builds(
        act, st.sampled_from(events), st.integers(0, latest), does=st.just("stop"), value=st.none()
    )


def raises(
    events: Sequence[str], exceptions: Sequence[str] = EXCEPTIONS, *, latest: int = 2
) -> st.SearchStrategy[Act]:
    """Draw an act that raises one of the exceptions, which no training loop may swallow, at one of `events`."""
    return st.builds(
        act,
        st.sampled_from(events),
        st.integers(0, latest),
        does=st.just("raise"),
        value=st.sampled_from(exceptions),
    )


def callbacks(
    acts: st.SearchStrategy[Act],
    *,
    most_acts: int = 2,
    orders: Sequence[int | None] = (None,),
    derived: Sequence[bool] = (True,),
    hears: Sequence[str] = ("all",),
) -> st.SearchStrategy[ScriptedCallback]:
    """Draw a callback. It shrinks to the first of each sequence, and to no acts."""
    return st.builds(
        lambda acts, order, derived, hears: callback(*acts, order=order, derived=derived, hears=hears),
        st.lists(acts, max_size=most_acts),
        st.sampled_from(orders),
        st.sampled_from(derived),
        st.sampled_from(hears),
    )


def scripts(
    callbacks: st.SearchStrategy[ScriptedCallback],
    *,
    least_callbacks: int = 0,
    most_callbacks: int = 3,
    most_epochs: int = 2,
    most_batches: int = 3,
    least_valid: int = 0,
    most_items: int = 3,
) -> st.SearchStrategy[Script]:
    """Draw training runs with such callbacks. They shrink to one epoch, one batch of one item, and few acts."""
    sizes = st.integers(1, most_items)
    return st.builds(
        lambda callbacks, epochs, train, valid: script(*callbacks, epochs=epochs, train=train, valid=valid),
        st.lists(callbacks, min_size=least_callbacks, max_size=most_callbacks),
        st.integers(1, most_epochs),
        st.lists(sizes, min_size=1, max_size=most_batches),
        st.lists(sizes, min_size=least_valid, max_size=most_batches),
    )
